"""Documents of cases go to the table of the documents of every life; nothing is lost."""

from django.db import migrations

MOVE = """
insert into aggregates_paper (stream, seq, kind, number, code, digest, issued_at)
select 'case/' || case_id, seq, kind, number, code, digest, issued_at from cases_paper
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_cases_as_aggregates"), ("aggregates", "0002_papers")]

    operations = [migrations.RunSQL(MOVE), migrations.DeleteModel("Paper")]
