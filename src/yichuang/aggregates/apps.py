from django.apps import AppConfig


class AggregatesConfig(AppConfig):
    name = "yichuang.aggregates"
    label = "aggregates"
    verbose_name = "业务对象"
    default_auto_field = "django.db.models.BigAutoField"
