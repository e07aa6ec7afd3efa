"""What was set of warnings goes to the table of all parameters, under the same ids: events name them as their version,
and `reckoning` is a sum of them.
"""

from django.db import migrations

MOVE = """
insert into aggregates_setting (id, scope, name, value, basis, reason, set_by, set_at)
select id, 'warnings', replace(name, 'rungs.', ''), value, '', '', set_by, set_at from cases_parameter
"""
GO_ON = """
select setval(pg_get_serial_sequence('aggregates_setting', 'id'), coalesce(max(id), 1), count(*) > 0)
from aggregates_setting
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_papers_by_stream"), ("aggregates", "0003_parameters")]

    operations = [migrations.RunSQL(MOVE), migrations.RunSQL(GO_ON), migrations.DeleteModel("Parameter")]
