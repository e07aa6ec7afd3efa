"""Numbers of documents are drawn by matter (许, 登, 备) too: with one counter for all, each series had gaps.

Every new counter goes on from the one that all shared, so that no number is given twice.
"""

from django.db import migrations

OLD = r"name ~ '^[0-9A-Z]+/[a-z]+/[^/]+/[0-9]{4}$' and name !~ '/[许登备][^/]+/'"
SPLIT = rf"""
insert into aggregates_counter (name, value)
select regexp_replace(name, '/([^/]+/[0-9]{{4}})$', '/' || matter || '\1'), value
from aggregates_counter cross join unnest(array['许', '登', '备']) matter
where {OLD}
on conflict (name) do nothing
"""
SHARED = f"delete from aggregates_counter where {OLD}"


class Migration(migrations.Migration):
    dependencies = [("org", "0005_enrolled_in"), ("aggregates", "0006_papers_of_versions")]

    operations = [migrations.RunSQL([SPLIT, SHARED], migrations.RunSQL.noop)]
