from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "yichuang.orders"
    label = "orders"
    verbose_name = "督办"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yichuang.aggregates.aggregate import register
        from yichuang.orders.declared import ORDER
        from yichuang.orders.service import follow
        from yichuang.supervision.judging import CONSEQUENCES

        register(ORDER)
        CONSEQUENCES.append(follow)
