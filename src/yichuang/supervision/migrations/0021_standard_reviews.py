"""By when standards are looked at again stands in the contract tables."""

from django.db import migrations

CREATE = """
create table log_standard_reviews (
  "standard" text not null,
  "division" text not null,
  "item" text not null,
  "department" text not null,
  "in_force_on" date not null,
  "review_on" date not null,
  primary key ("standard")
);
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0020_county_tasks")]

    operations = [migrations.RunSQL(CREATE, "drop table log_standard_reviews")]
