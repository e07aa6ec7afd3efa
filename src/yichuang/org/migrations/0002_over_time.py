"""What must not overlap in time: a holding with itself, absences of one officer, delegations of one officer's post.

Numbers and texts are put in as one-point ranges, because the equality operators for GiST are a contrib extension
and the embedded server has none. A text enters by its 64-bit hash: two posts would have to collide for one officer.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

OFFICER = "int8range({0}, {0}, '[]') with &&"
POST = "numrange(hashtextextended(post_id, 0), hashtextextended(post_id, 0), '[]') with &&"
DAYS = "daterange(first_day, last_day, '[]') with &&"


def exclude(table: str, *parts: str) -> str:
    return f"alter table org_{table} add constraint org_{table}_overlap exclude using gist ({', '.join(parts)});"


FORWARD = "\n".join(
    [
        exclude("holding", OFFICER.format("officer_id"), POST, DAYS),
        exclude("absence", OFFICER.format("officer_id"), DAYS),
        exclude("delegation", OFFICER.format("absent_id"), POST, DAYS),
    ]
)
BACK = "\n".join(f"alter table org_{t} drop constraint org_{t}_overlap;" for t in ("holding", "absence", "delegation"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("org", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, BACK)]
