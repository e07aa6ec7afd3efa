from django.apps import AppConfig


class LicencesConfig(AppConfig):
    name = "yichuang.licences"
    label = "licences"
    verbose_name = "证照"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yichuang.aggregates.aggregate import register
        from yichuang.aggregates.following import register_follower
        from yichuang.licences.declared import LICENCE
        from yichuang.licences.notices import FOLLOWER

        register(LICENCE)
        register_follower(FOLLOWER)
