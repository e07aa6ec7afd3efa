"""Of a place, an applicant is granted one licence: kept by an index until it is made.

Of cases that were granted for one place before there was the index, the earliest holds the place.
"""

from django.db import migrations, models

PLACES = """
update cases_case c set granted_place = g.place from (
  select id, state::jsonb ->> 'place' as place,
    row_number() over (partition by subject, item, state::jsonb ->> 'place' order by decided_on, number) as turn
  from cases_case
  where stage = 'decided' and outcome = 'granted' and state::jsonb ->> 'situation' = 'new'
    and state::jsonb ->> 'place' <> ''
) g where g.id = c.id and g.turn = 1
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_search_words")]

    operations = [
        migrations.AddField("case", "granted_place", models.TextField(null=True)),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "case",
            models.UniqueConstraint(
                fields=["subject", "item", "granted_place"],
                condition=models.Q(granted_place__isnull=False),
                name="cases_granted_place",
            ),
        ),
    ]
