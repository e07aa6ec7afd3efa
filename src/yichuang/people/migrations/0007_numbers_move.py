"""What was set of log-ins and sessions goes to the table of all parameters, in its order and behind the others."""

from django.db import migrations

MOVE = """
insert into aggregates_setting (id, scope, name, value, basis, reason, set_by, set_at)
select s.id + last.id, 'security', s.name, to_jsonb(s.value), '', '', s.set_by, s.set_at
from people_securitysetting s, (select coalesce(max(id), 0) id from aggregates_setting) last
"""
GO_ON = """
select setval(pg_get_serial_sequence('aggregates_setting', 'id'), coalesce(max(id), 1), count(*) > 0)
from aggregates_setting
"""


class Migration(migrations.Migration):
    # warnings keep their ids, so those of the rooms above move first
    dependencies = [("people", "0006_identity"), ("supervision", "0010_parameters_move")]

    operations = [migrations.RunSQL(MOVE), migrations.RunSQL(GO_ON), migrations.DeleteModel("SecuritySetting")]
