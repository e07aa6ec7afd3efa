"""How far supervision has read goes to the places of all followers of the ledger.

A filling that was under way begins anew, with the cases or behind them: what was filled is written again as it is.
"""

from django.db import migrations

MOVE = """
insert into aggregates_place (name, position, at) select name, position, looked_at from supervision_place
where name = 'contract'
"""
FILLING = """
insert into aggregates_place (name, position)
select pass, 0 from supervision_place, unnest(array['contract/case/', 'contract/reported/']) pass
where name = 'contract' and filling is not null and (filling < 'case0' or pass = 'contract/reported/')
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0010_parameters_move"), ("aggregates", "0001_initial")]

    operations = [migrations.RunSQL(MOVE), migrations.RunSQL(FILLING), migrations.DeleteModel("Place")]
