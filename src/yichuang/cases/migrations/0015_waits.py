"""What a case waits for has a column of its own, and its level counts only clocks that run against an office.

The rows of open cases are set for what can be read from them, and marked to be reckoned anew by the next sweep.
"""

from django.db import migrations, models

WAITS = """
update cases_case c set wait = w.wait, level = 0, due_on = case when w.wait = 'correction' then c.due_on end
from (
  select id, case
    when stage = 'correction' then 'correction'
    when stage = 'made' or stage = 'decided'
      and (outcome = 'refused' or state::jsonb ->> 'situation' = 'cancel') then 'collection'
    when stage = 'accepted' and paused then 'paused'
    end as wait
  from cases_case where closed_on is null
) w where w.id = c.id and w.wait is not null;
update cases_access a set due_on = null from cases_case c where c.id = a.case_id and a.open and c.wait = 'collection';
update cases_case set level = 0 where closed_on is not null and level > 0;
update cases_case set reckoning = -1 where closed_on is null;
update aggregates_place set position = -1 where name = 'reckoning/case';
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_licences")]

    operations = [
        migrations.RemoveIndex("case", "cases_case_open"),
        migrations.AddField("case", "wait", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AlterField("case", "level", models.SmallIntegerField()),
        migrations.RunSQL(WAITS, migrations.RunSQL.noop),
        migrations.RemoveField("case", "paused"),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["division", "department", "level", "wait"],
                condition=models.Q(closed_on=None),
                name="cases_case_open",
            ),
        ),
    ]
