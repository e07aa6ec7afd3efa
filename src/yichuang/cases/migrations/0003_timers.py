"""Make the case's row cheap to update: its timer stands beside it, and no index holds a column that a command
changes.
"""

from django.db import migrations, models

# Django adds an index for LIKE beside every unique text column; the database sorts by code point, so none is needed
DROP_LIKE = """
do $$ declare name text; begin
  for name in select indexname from pg_indexes where tablename like 'cases\\_%' and indexname like '%\\_like' loop
    execute format('drop index %I', name);
  end loop;
end $$;
alter table cases_case set (fillfactor = 60);
alter table cases_access set (fillfactor = 80);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_places")]

    operations = [
        migrations.CreateModel(
            name="Timer",
            fields=[
                ("case_id", models.UUIDField(primary_key=True, serialize=False)),
                ("wake_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["wake_at"], name="cases_timer_wake")]},
        ),
        migrations.RemoveIndex(model_name="case", name="cases_case_wake"),
        migrations.RemoveIndex(model_name="case", name="cases_case_subject"),
        migrations.RemoveIndex(model_name="access", name="cases_access_case"),
        migrations.RemoveField(model_name="case", name="wake_at"),
        migrations.RunSQL(DROP_LIKE, migrations.RunSQL.noop),
    ]
