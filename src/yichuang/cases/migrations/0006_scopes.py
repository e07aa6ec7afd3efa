"""Plan look-ups of one case for the scopes that hold many.

Most scopes are an applicant's and hold a handful of cases; a department's or the division's holds hundreds of
thousands. Told the average, the planner finds it as cheap to walk a scope's list as to go to the case by the primary
key, and may choose either. It is told that scopes are few, so that it reckons every scope with the large ones.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_indexes")]

    operations = [
        migrations.RunSQL(
            "alter table cases_access alter column scope_id set (n_distinct = 200)",
            "alter table cases_access alter column scope_id reset (n_distinct)",
        ),
    ]
