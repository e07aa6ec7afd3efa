"""Cases are found by the last character of the applicant's name, and by its pinyin, too."""

from django.db import migrations

BATCH = 1000
SET = """
update cases_case c set words = to_tsvector('simple', g.words)
from unnest(%s::uuid[], %s::text[]) as g(id, words) where c.id = g.id
"""


def find_anew(apps, schema_editor):
    from yichuang.cases.projections import search_words

    cursor = schema_editor.connection.cursor()
    last = "00000000-0000-0000-0000-000000000000"
    while True:
        cursor.execute(
            "select id, number, receipt, applicant from cases_case where id > %s order by id limit %s", [last, BATCH]
        )
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        cursor.execute(SET, [[row[0] for row in rows], [search_words(*row[1:]) for row in rows]])


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_waits")]

    operations = [migrations.RunPython(find_anew, migrations.RunPython.noop)]
