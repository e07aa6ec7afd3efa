"""The Django app that carries the templates, styles and scripts common to all screens. It has no tables."""

from __future__ import annotations

from django.apps import AppConfig


class FacesConfig(AppConfig):
    name = "yichuang.faces"
    label = "faces"
    verbose_name = "界面"

    def ready(self) -> None:
        """Say what every text field of Django's refuses as our own forms do: what is wrong and what to do."""
        from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator

        from yichuang.faces import traces  # noqa: F401  its receivers follow log-ins
        from yichuang.faces.consistency import show_consistency
        from yichuang.faces.feedback import show_feedback
        from yichuang.faces.guidance import show_guidance
        from yichuang.faces.halls import show_halls
        from yichuang.faces.laws import show_laws
        from yichuang.faces.licences import show_licences
        from yichuang.faces.listing import show_items
        from yichuang.faces.own_rules import show_own_rules
        from yichuang.faces.revising import show_revisions
        from yichuang.faces.tickets import show_tickets

        show_licences()
        show_items()
        show_revisions()
        show_laws()
        show_own_rules()
        show_consistency()
        show_feedback()
        show_guidance()
        show_halls()
        show_tickets()

        MaxLengthValidator.message = "最多 %(limit_value)d 个字，现有 %(show_value)d 个；请删减。"
        ProhibitNullCharactersValidator.message = "含有看不见的控制字符（U+0000），不能保存；请删去后重新填写。"
