from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    name = "yichuang.guidance"
    label = "guidance"
    verbose_name = "咨询辅导"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yichuang.aggregates.aggregate import register
        from yichuang.aggregates.following import register_follower
        from yichuang.guidance.declared import GUIDANCE
        from yichuang.guidance.notices import FILED, TOLD

        register(GUIDANCE)
        register_follower(TOLD)
        register_follower(FILED)
