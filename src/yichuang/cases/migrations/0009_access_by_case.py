"""The key of `cases_access` begins with the case: what a command moves, and whether a case exists for a reader, is
found by the case, however many scopes the planner expects. Lists have an index of their own, by scope.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

FORWARD = """
alter table cases_access drop constraint cases_access_pkey, add primary key (case_id, scope_kind, scope_id)
"""
BACK = """
alter table cases_access drop constraint cases_access_pkey, add primary key (scope_kind, scope_id, case_id)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0008_looks")]
    operations: ClassVar = [
        migrations.RunSQL(
            FORWARD,
            BACK,
            state_operations=[
                migrations.AlterField(
                    "access",
                    "pk",
                    models.CompositePrimaryKey(
                        "case_id",
                        "scope_kind",
                        "scope_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                )
            ],
        )
    ]
