from django.db import migrations, models

# an item that stays has none; its stream says the rest, and `verify --rebuild` compares
FILL = """
update catalog_item set transition = case when ends_on is null then '' when finishes then 'finish' else 'as_decided' end
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_revisions"),
    ]

    operations = [
        migrations.AddField("item", "transition", models.TextField(default=""), preserve_default=False),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveField("item", "finishes"),
    ]
