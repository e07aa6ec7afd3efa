"""Each end of an item in the public ledger of the list names the document by which it ended (3.1d)."""

from django.db import migrations

FILL = """
update catalog_listmove m set source = i.ended_by from catalog_item i
where m.stream = 'listing/' || i.id and m.kind = 'ended' and m.source = ''
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0015_search_guess")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
