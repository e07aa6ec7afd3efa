from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "yichuang.catalog"
    label = "catalog"
    verbose_name = "事项目录"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yichuang.aggregates.aggregate import register
        from yichuang.aggregates.following import register_follower
        from yichuang.catalog import closing  # noqa: F401 registers what keeps an organ from being closed
        from yichuang.catalog.consistency import notices as of_counties
        from yichuang.catalog.consistency.declared import DEVIATION, PROPOSAL
        from yichuang.catalog.consistency.following import FOLLOWER
        from yichuang.catalog.laws import notices as of_laws
        from yichuang.catalog.laws.declared import LAW
        from yichuang.catalog.listing.declared import ITEM
        from yichuang.catalog.revising import notices as of_revisions
        from yichuang.catalog.revising.declared import REVISION

        register(ITEM)
        register(REVISION)
        register(LAW)
        register(DEVIATION)
        register(PROPOSAL)
        register_follower(FOLLOWER)
        register_follower(of_revisions.FOLLOWER)
        register_follower(of_counties.DEVIATION_FOLLOWER)
        register_follower(of_counties.PROPOSAL_FOLLOWER)
        register_follower(of_laws.FOLLOWER)
