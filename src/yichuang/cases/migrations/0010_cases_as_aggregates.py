"""Receipts, numbers, timers and places of cases go to the mechanism of every life.

A command id that served a case and an order keeps one of its receipts: the other, sent again, is refused as used.
"""

from django.db import migrations

MOVES = (
    """insert into aggregates_receipt (command_id, stream, actor, digest, first_seq, last_seq)
    select command_id, 'case/' || case_id, actor, digest, first_seq, last_seq from cases_receipt
    on conflict (command_id) do nothing""",
    "insert into aggregates_counter (name, value) select name, value from cases_counter",
    "insert into aggregates_timer (stream, wake_at) select 'case/' || case_id, wake_at from cases_timer",
    """insert into aggregates_place (name, position, at)
    select case name when 'reckoning' then 'reckoning/case' else name end, position, at from cases_place""",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_access_by_case"), ("aggregates", "0001_initial")]

    operations = [
        *(migrations.RunSQL(move) for move in MOVES),
        *(migrations.DeleteModel(name) for name in ("Receipt", "Counter", "Timer", "Place")),
    ]
