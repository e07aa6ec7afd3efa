from django.db import migrations, models

# the days on which an act at a window was done with the applicant there, as `cases.core.state` counts them
COUNT = """
update cases_case c set visits = counted.visits from (
  select stream, count(distinct (occurred_at at time zone 'Asia/Shanghai')::date) as visits
  from ledger_entry
  where stream like 'case/%' and channel = 'window' and (
    kind in ('submitted', 'supplied', 'materials_added', 'allegation_answered', 'withdrawal_taken')
    or (kind = 'received' and jsonb_array_length(coalesce(body::jsonb -> 'originals', '[]'::jsonb)) > 0)
    or (kind = 'delivered' and body::jsonb ->> 'method' = 'direct'))
  group by stream
) counted
where counted.stream = 'case/' || c.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0019_cases_of_leaving_items"),
        ("ledger", "__first__"),
    ]

    operations = [
        migrations.AddField("case", "visits", models.SmallIntegerField(default=0)),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["division", "item", "closed_on", "visits"],
                condition=models.Q(closed_on__isnull=False),
                name="cases_case_visits",
            ),
        ),
    ]
