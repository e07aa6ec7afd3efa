from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "yichuang.feedback"
    label = "feedback"
    verbose_name = "评价和投诉"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yichuang.aggregates.aggregate import register
        from yichuang.aggregates.following import register_follower
        from yichuang.feedback.declared import COMPLAINT, RATING
        from yichuang.feedback.notices import COMPLAINTS, RATINGS

        register(RATING)
        register(COMPLAINT)
        register_follower(RATINGS)
        register_follower(COMPLAINTS)
