"""The contract tables (docs/log-contract.md) as they were first made, and the tailer's place."""

from django.db import migrations, models

CREATE = """
create table log_cases (
  "case_id" text not null,
  "number" text not null,
  "source" text not null,
  "system" text not null,
  "division" text not null,
  "department" text not null,
  "item" text not null,
  "standard" text not null,
  "situation" text not null,
  "instant" boolean not null,
  "applicant" text not null,
  "agent" text not null,
  "channel" text not null,
  "submitted_at" timestamptz,
  "submitted_on" date,
  "received_on" date,
  "received_by" text not null,
  "received_post" text not null,
  "corrected_on" date,
  "accepted_on" date,
  "silent" boolean not null,
  "accepted_by" text not null,
  "decided_on" date,
  "granted" boolean,
  "decided_by" text not null,
  "delivered_on" date,
  "closed_on" date,
  "outcome" text not null,
  "extension" bigint not null,
  "extended_on" date,
  primary key ("case_id")
);
create table log_events (
  "case_id" text not null,
  "seq" bigint not null,
  "number" text not null,
  "kind" text not null,
  "source" text not null,
  "system" text not null,
  "step" text not null,
  "occurred_at" timestamptz not null,
  "occurred_on" date not null,
  "recorded_at" timestamptz not null,
  "recorded_on" date not null,
  "person" text not null,
  "post" text not null,
  "on_behalf_of" text not null,
  "channel" text not null,
  "session" text not null,
  "ip" text not null,
  "device" text not null,
  primary key ("case_id", "seq")
);
create table log_steps (
  "case_id" text not null,
  "step" text not null,
  "round" bigint not null,
  "kind" text not null,
  "department" text not null,
  "post_kind" text not null,
  "opened_seq" bigint not null,
  "opened_at" timestamptz not null,
  "opened_on" date not null,
  "assigned_to" text not null,
  "concluded_seq" bigint,
  "concluded_at" timestamptz,
  "concluded_on" date,
  "concluded_by" text not null,
  "verdict" text not null,
  "officers" bigint not null,
  "sent_back_by" text not null,
  "limit" bigint not null,
  "limit_unit" text not null,
  primary key ("case_id", "step", "round")
);
create table log_step_officers (
  "case_id" text not null,
  "step" text not null,
  "round" bigint not null,
  "person" text not null,
  primary key ("case_id", "step", "round", "person")
);
create table log_materials (
  "case_id" text not null,
  "material" text not null,
  "listed" boolean not null,
  "needed" boolean not null,
  "role" text not null,
  "state" text not null,
  "supplied_at" timestamptz,
  "supplied_on" date,
  "original_seen" boolean not null,
  "demands" bigint not null,
  primary key ("case_id", "material")
);
create table log_notices (
  "case_id" text not null,
  "seq" bigint not null,
  "kind" text not null,
  "number" text not null,
  "issued_at" timestamptz not null,
  "issued_on" date not null,
  "issued_by" text not null,
  "post" text not null,
  "due_on" date,
  "reasoned" boolean,
  "remedies" bigint not null,
  "bases" bigint not null,
  "materials" bigint not null,
  "unlisted" bigint not null,
  primary key ("case_id", "seq")
);
create table log_bases (
  "case_id" text not null,
  "seq" bigint not null,
  "basis" text not null,
  "published" boolean not null,
  "in_force" boolean not null,
  primary key ("case_id", "seq", "basis")
);
create table log_fees (
  "case_id" text not null,
  "fee" text not null,
  "due_amount" bigint,
  "charged_amount" bigint,
  "charged_at" timestamptz,
  "charged_on" date,
  "basis" text not null,
  "basis_published" boolean,
  "paid_amount" bigint,
  "paid_at" timestamptz,
  "paid_on" date,
  primary key ("case_id", "fee")
);
create table log_surveys (
  "case_id" text not null,
  "survey" text not null,
  "form" text not null,
  "kind" text not null,
  "source" text not null,
  "system" text not null,
  "started_on" date,
  "until" date,
  "ended_on" date,
  "stops" boolean not null,
  "listed" boolean not null,
  "notice" text not null,
  "officers" bigint,
  primary key ("case_id", "survey")
);
create table log_certificates (
  "case_id" text not null,
  "number" text not null,
  "identifier" text not null,
  "type" text not null,
  "holder" text not null,
  "department" text not null,
  "source" text not null,
  "system" text not null,
  "made_at" timestamptz,
  "made_on" date,
  "valid_from" date,
  "valid_to" date,
  primary key ("case_id", "number")
);
create table log_items (
  "division" text not null,
  "item" text not null,
  "name" text not null,
  "department" text not null,
  "state" text not null,
  "cancelled_on" date,
  "standard" text not null,
  primary key ("division", "item")
);
create table log_standards (
  "standard" text not null,
  "division" text not null,
  "item" text not null,
  "version" bigint not null,
  "department" text not null,
  "procedure" text not null,
  "item_class" text not null,
  "instant" boolean not null,
  "silence_accepts" boolean not null,
  "statutory_from" text not null,
  "statutory" bigint not null,
  "statutory_unit" text not null,
  "promised" bigint not null,
  "promised_unit" text not null,
  "accept_within" bigint not null,
  "accept_within_unit" text not null,
  "supply_within" bigint not null,
  "supply_within_unit" text not null,
  "deliver_within" bigint not null,
  "deliver_within_unit" text not null,
  "extension" bigint,
  "extension_unit" text not null,
  "reviewer_may_decide" boolean not null,
  "gaps_allowed" boolean not null,
  "certificate_type" text not null,
  "published_on" date not null,
  primary key ("standard")
);
create table log_standard_steps (
  "standard" text not null,
  "step" text not null,
  "name" text not null,
  "kind" text not null,
  "department" text not null,
  "post_kind" text not null,
  "officers" bigint not null,
  "conditional" boolean not null,
  "silence_agrees" boolean not null,
  "limit" bigint not null,
  "limit_unit" text not null,
  primary key ("standard", "step")
);
create table log_standard_order (
  "standard" text not null,
  "step" text not null,
  "after" text not null,
  primary key ("standard", "step", "after")
);
create table log_points (
  "standard" text not null,
  "point" text not null,
  "kind" text not null,
  "at" text not null,
  "rule" text not null,
  primary key ("standard", "point")
);
create table log_posts (
  "post" text not null,
  "division" text not null,
  "department" text not null,
  "kind" text not null,
  "name" text not null,
  primary key ("post")
);
create table log_holders (
  "post" text not null,
  "person" text not null,
  "first_day" date not null,
  "last_day" date,
  "standing_in" text not null,
  primary key ("post", "person", "first_day", "standing_in")
);
create table log_risk_points (
  "post" text not null,
  "level" text not null,
  primary key ("post")
);
create table log_calendar (
  "day" date not null,
  "working" boolean not null,
  "ordinal" bigint not null,
  "number" bigint not null,
  "next_working" date not null,
  "month" bigint not null,
  "day_of_month" bigint not null,
  "last_of_month" boolean not null,
  "published" boolean not null,
  primary key ("day")
);
create index log_cases_number on log_cases (number);
create index log_points_rule on log_points (rule, standard);
create index log_calendar_ordinal on log_calendar (ordinal) where working;
create index log_calendar_number on log_calendar (number);
create index log_calendar_month on log_calendar (month);
create view log_asof as select (ledger_now() at time zone 'Asia/Shanghai')::date as today;
"""
DROP = "drop view log_asof;" + ";".join(
    f"drop table log_{name}"
    for name in (
        "cases",
        "events",
        "steps",
        "step_officers",
        "materials",
        "notices",
        "bases",
        "fees",
        "surveys",
        "certificates",
        "items",
        "standards",
        "standard_steps",
        "standard_order",
        "points",
        "posts",
        "holders",
        "risk_points",
        "calendar",
    )
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("position", models.BigIntegerField()),
                ("filling", models.TextField(db_collation="C", null=True)),
                ("moved_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
