"""Files sent go to the table of the files of every life, each by the stream it belongs to; nothing is lost."""

from django.db import migrations

MOVE = """
insert into aggregates_upload (id, account, stream, material, name, type, size, digest, key, created_at)
select id, account,
       case when case_id is not null then 'case/' || case_id when draft_id is not null then 'draft/' || draft_id
            else '' end,
       material, name, type, size, digest, key, created_at
from cases_upload
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_parameters_move"), ("aggregates", "0004_uploads")]

    operations = [migrations.RunSQL(MOVE), migrations.DeleteModel("Upload")]
