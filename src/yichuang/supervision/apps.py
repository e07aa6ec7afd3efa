from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "yichuang.supervision"
    label = "supervision"
    verbose_name = "电子监察"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yichuang.aggregates.aggregate import register
        from yichuang.catalog.drafting.choices import name_rules
        from yichuang.supervision.own.declared import OWN_RULE
        from yichuang.supervision.rules.catalogue import RULES

        name_rules({rule.code: rule.title for rule in RULES})
        register(OWN_RULE)
