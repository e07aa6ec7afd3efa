"""What was set of rules, orders and reconciliation goes to the table of all parameters, in its order and behind the
warnings. Ids only grow by that, and with them `reckoning`: where there were warnings, open orders are dated anew once.
"""

from django.db import migrations

MOVE = """
insert into aggregates_setting (id, scope, name, value, basis, reason, set_by, set_at)
select s.id + last.id, s.rule, s.name, to_jsonb(s.value), '', '', s.set_by, s.set_at
from supervision_setting s, (select coalesce(max(id), 0) id from aggregates_setting) last
"""
GO_ON = """
select setval(pg_get_serial_sequence('aggregates_setting', 'id'), coalesce(max(id), 1), count(*) > 0)
from aggregates_setting
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0009_orders_move_out"), ("cases", "0012_parameters_move")]

    operations = [migrations.RunSQL(MOVE), migrations.RunSQL(GO_ON), migrations.DeleteModel("Setting")]
