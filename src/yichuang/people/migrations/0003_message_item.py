"""The item of the case a message is about, so that an agent reads it only while a mandate for that item holds."""

from django.db import migrations, models

FILL = """
do $$ begin
  if to_regclass('cases_case') is not null then
    update people_message m set item = c.item from cases_case c
    where m.case_no <> '' and (c.receipt = m.case_no or c.number = m.case_no);
  end if;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_apiclient_expires_at")]

    operations = [
        migrations.AddField("message", "item", models.CharField(blank=True, default="", max_length=64)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
