from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yichuang.cases"
    label = "cases"
    verbose_name = "办件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yichuang.aggregates.aggregate import register
        from yichuang.aggregates.following import register_follower
        from yichuang.aggregates.uploads import READERS
        from yichuang.cases import closing  # noqa: F401 registers what keeps an organ from being closed
        from yichuang.cases.declared import CASE
        from yichuang.cases.drafts import may_read_files
        from yichuang.cases.leaving import FOLLOWER as LEAVING
        from yichuang.cases.notices import FOLLOWER

        register(CASE)
        register_follower(FOLLOWER)
        register_follower(LEAVING)
        READERS["draft"] = may_read_files
