"""The contract tells in which situation alone the standard calls for a material of a notice of guidance."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0024_calendar_never_counted")]

    operations = [
        migrations.RunSQL(
            """alter table log_guidance_lines
              add column "sure" boolean not null default false, add column "situation" text not null default '';
            alter table log_guidance_lines
              alter column "sure" drop default, alter column "situation" drop default""",
            'alter table log_guidance_lines drop column "sure", drop column "situation"',
        )
    ]
