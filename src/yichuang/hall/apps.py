from django.apps import AppConfig


class HallConfig(AppConfig):
    name = "yichuang.hall"
    label = "hall"
    verbose_name = "大厅"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yichuang.aggregates.aggregate import register
        from yichuang.cases.windows import register_window_check
        from yichuang.hall.declared import HALL
        from yichuang.hall.tickets import TICKET
        from yichuang.hall.windows import refuse_item_at_window

        register(HALL)
        register(TICKET)
        register_window_check(refuse_item_at_window)
