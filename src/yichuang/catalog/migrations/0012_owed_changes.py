import json
from zoneinfo import ZoneInfo

from django.db import migrations, models

CHINA = ZoneInfo("Asia/Shanghai")
ENTRIES = """
select e.kind, e.body, e.occurred_at from ledger_entry e where e.stream = 'revision/' || %s::text
  and e.kind in ('begun', 'told', 'submitted', 'sent_back', 'returned', 'approved', 'withdrawn') order by e.seq"""


def read_owed(apps, schema_editor):
    """What each revision's entries say of the two new columns, and of the columns whose meaning they change."""
    Revision = apps.get_model("catalog", "Revision")
    with schema_editor.connection.cursor() as cursor:
        for row in Revision.objects.all():
            cursor.execute(ENTRIES, [str(row.pk)])
            follows, carried, owed, submitted, late, approved, returned = None, None, [], False, False, False, None
            for kind, body, at in cursor.fetchall():
                data = json.loads(body)
                if kind in ("begun", "told") and data.get("follows"):
                    follows, late = data["follows"], submitted
                    owed.append(follows)
                elif kind == "submitted":
                    carried, submitted, late = follows, True, False
                elif kind == "sent_back":
                    submitted = False
                elif kind == "returned":
                    returned, submitted = at.astimezone(CHINA).date(), False
                    owed = [one for one in owed if returned.isoformat() <= one["due_on"]]
                elif kind == "approved":
                    follows, owed, approved = carried if late else follows, [], True
                elif kind == "withdrawn" and approved:
                    returned = at.astimezone(CHINA).date()
            due = owed[0] if owed else follows
            Revision.objects.filter(pk=row.pk).update(
                follows=follows["base"] if follows else "",
                owes=owed[0]["base"] if owed else "",
                due_on=due["due_on"] if due else None,
                returned_on=returned,
            )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_day_of_comparison")]

    operations = [
        migrations.AddField("revision", "owes", models.TextField(default="")),
        migrations.AddField("revision", "returned_on", models.DateField(null=True)),
        migrations.RunPython(read_owed, migrations.RunPython.noop),
    ]
