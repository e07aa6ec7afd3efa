"""What departments' systems report stands in the contract tables; their register does too.

A store that has been followed before takes in what was reported until now: the filling begins again behind the cases.
"""

from django.db import migrations

CREATE = """
create table log_systems (
  "system" text not null,
  "department" text not null,
  "connected_on" date not null,
  "disconnected_on" date,
  primary key ("system")
);
create table supervision_reported (
  stream text primary key,
  case_id text not null
);
create index supervision_reported_case on supervision_reported (case_id, stream);
update supervision_place set filling = 'case0' where name = 'contract' and filling is null;
"""
DROP = "drop table supervision_reported; drop table log_systems"


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_orders")]

    operations = [migrations.RunSQL(CREATE, DROP)]
