from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("licences", "0003_bars"),
    ]

    operations = [
        migrations.AlterField(
            model_name="licence",
            name="number",
            field=models.TextField(db_index=True),
        ),
        migrations.AddConstraint(
            model_name="licence",
            constraint=models.UniqueConstraint(
                models.Func(
                    models.Func("number", models.Value("NFKC"), function="pg_catalog.normalize"),
                    models.Value("[]〔〕【】 "),
                    models.Value("()()()"),
                    function="translate",
                    output_field=models.TextField(),
                ),
                condition=models.Q(("stage", "undone"), _negated=True),
                name="licences_one_number",
            ),
        ),
    ]
