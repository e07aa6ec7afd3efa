from django.db import migrations, models

# what was compared before this column was compared when its store was brought up to date: that is now
TODAY = (
    "alter table catalog_comparison add column made_on date not null default (now() at time zone 'Asia/Shanghai')::date"
)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_review_day")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(TODAY, "alter table catalog_comparison drop column made_on")],
            [migrations.AddField("comparison", "made_on", models.DateField())],
        ),
        migrations.RunSQL("alter table catalog_comparison alter column made_on drop default", migrations.RunSQL.noop),
    ]
