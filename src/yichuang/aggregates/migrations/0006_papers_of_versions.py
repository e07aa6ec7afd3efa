from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("aggregates", "0005_scopes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="paper",
            name="number",
            field=models.TextField(),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "licence"), _negated=True),
                fields=("number",),
                name="aggregates_paper_number",
            ),
        ),
    ]
