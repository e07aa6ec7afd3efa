from django.db import migrations, models

# A licence was revoked once at most: that entry set its bar
MOVE = """
insert into licences_bar (stream, seq, subject, item, until, article)
select e.stream, e.seq, l.subject, l.item, l.barred_until, '行政许可法79条'
from licences_licence l join ledger_entry e on e.stream = 'licence/' || l.id and e.kind = 'revoked'
where l.barred_until is not null
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
        ("licences", "0002_shares"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bar",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stream", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stream", models.TextField(db_collation="C")),
                ("seq", models.IntegerField()),
                ("subject", models.TextField()),
                ("item", models.TextField()),
                ("until", models.DateField()),
                ("article", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "item"], name="licences_bar_subject")],
            },
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="licence", name="licences_barred"),
        migrations.RemoveField(model_name="licence", name="barred_until"),
    ]
