"""Files of documents are kept by the stream of the life that issued them; before, all lives were cases."""

from django.db import migrations, models

BY_STREAM = (
    """alter table documents_file alter column case_id type text collate "C" using 'case/' || case_id""",
    "alter table documents_file rename column case_id to stream",
)


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_files"), ("cases", "0011_papers_by_stream")]

    operations = [
        migrations.RunSQL(
            list(BY_STREAM),  # the constraint goes with the column
            state_operations=[
                migrations.RemoveConstraint("file", "documents_file_once"),
                migrations.RenameField("file", "case_id", "stream"),
                migrations.AlterField("file", "stream", models.TextField(db_collation="C")),
                migrations.AddConstraint(
                    "file",
                    models.UniqueConstraint(fields=("stream", "seq", "generation"), name="documents_file_once"),
                ),
            ],
        )
    ]
