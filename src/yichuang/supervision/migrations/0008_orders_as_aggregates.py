"""Orders get the receipts, numbers and timers of every life (`yichuang.aggregates`); nothing is lost.

A receipt keeps the digest it was written with. A command that is sent again after this migration under an id from
before it is therefore answered "used for another act", never carried out twice.
"""

from django.db import migrations, models

RECEIPTS = """
insert into aggregates_receipt (command_id, stream, actor, digest, first_seq, last_seq)
select r.command_id, 'order/' || r."order", r.person, r.digest, coalesce(e.first, 0), coalesce(e.last, 0)
from supervision_orderreceipt r left join lateral (
  select min(seq) first, max(seq) last from ledger_entry
  where stream = 'order/' || r."order" and command_id = r.command_id::text
) e on true
on conflict (command_id) do nothing
"""
NUMBERS = """
insert into aggregates_counter (name, value)
select 'order/' || division || '/' || to_char(day, 'YYYYMMDD'), last from supervision_ordernumber
"""
TIMERS = """
insert into aggregates_timer (stream, wake_at)
select 'order/' || id, wake_at from supervision_order where wake_at is not null
"""
PLACES = "delete from supervision_place where name in ('orders', 'orders.reckoned')"


class Migration(migrations.Migration):
    dependencies = [("supervision", "0007_outages"), ("aggregates", "0001_initial")]

    operations = [
        migrations.RunSQL(RECEIPTS),
        migrations.RunSQL(NUMBERS),
        migrations.RunSQL(TIMERS),
        migrations.RunSQL(PLACES),
        migrations.DeleteModel("OrderReceipt"),
        migrations.DeleteModel("OrderNumber"),
        migrations.RemoveIndex("order", "supervision_order_wake"),
        migrations.RemoveField("order", "wake_at"),
        migrations.AddField("order", "reckoning", models.IntegerField(default=0)),
    ]
