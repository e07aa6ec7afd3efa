"""The door's statements: three besides begin and commit, whatever a command does (issue bound: eight). Run prepared."""

from __future__ import annotations

from yichuang.ledger.service import INSERT as INSERT_ENTRIES

# The lock comes first (lock order: case, subject, certificate, number); the same statement tells the time, the
# versions of calendar and parameters and whether this command was carried out before. A retry that waited here for
# its twin reads the receipt with an older snapshot: the receipt's key, or the changed case, then refuses it, and the
# door starts over.
LOCK = """
with locked as materialized (
  select seq, head, state, state_v, applicant, reckoning, due_on, promised_due, statutory_due
  from cases_case where id = %(id)s for update
)
select ledger_now(), (select coalesce(max(id), 0) from org_calendaryear),
       (select coalesce(max(id), 0) from cases_parameter),
       r.digest, r.actor, r.case_id, r.first_seq, r.last_seq, l.seq, l.head, l.state, l.state_v, l.applicant,
       l.reckoning, l.due_on, l.promised_due, l.statutory_due
from (select 1) one left join locked l on true left join cases_receipt r on r.command_id = %(command)s
"""

RECEIPT = "select 1 from cases_receipt where command_id = %(command)s"

COUNT = """
insert into cases_counter as c (name, value)
select name, 1 from unnest(%(names)s::text[]) as wanted(name) order by name
on conflict (name) do update set value = c.value + 1
returning name, value
"""

# Rows come as one JSON object with an array a table. `moved` scopes are rows of case_access that turn from one
# scope into another.
_WRITE = (
    """
with kept as (
  insert into ledger_vault (id, subject, bytes, salt, retain_until)
  select id, subject, decode(bytes, 'hex'), decode(salt, 'hex'), retain_until
  from jsonb_to_recordset(%(rows)s::jsonb -> 'vault')
    as v(id uuid, subject text, bytes text, salt text, retain_until date)
), received as (
  insert into cases_receipt (command_id, case_id, actor, digest, first_seq, last_seq)
  select command_id, case_id, actor, digest, first_seq, last_seq
  from jsonb_to_recordset(%(rows)s::jsonb -> 'receipts')
    as r(command_id uuid, case_id uuid, actor text, digest text, first_seq int, last_seq int)
), entries as (
"""
    + INSERT_ENTRIES.replace("%s::jsonb", "%(rows)s::jsonb -> 'entries'")
    + """
), moved as (
  update cases_access a set scope_kind = m.kind, scope_id = m.id, open = m.open, due_on = m.due
  from jsonb_to_recordset(%(rows)s::jsonb -> 'moved')
    as m(was_kind text, was_id text, kind text, id text, open boolean, due date)
  where a.case_id = %(id)s::uuid and a.scope_kind = m.was_kind and a.scope_id = m.was_id
), gone as (
  delete from cases_access a using jsonb_to_recordset(%(rows)s::jsonb -> 'gone') as g(kind text, id text)
  where a.case_id = %(id)s::uuid and a.scope_kind = g.kind and a.scope_id = g.id
), put as (
  insert into cases_access (scope_kind, scope_id, case_id, open, due_on)
  select kind, id, %(id)s::uuid, open, due
  from jsonb_to_recordset(%(rows)s::jsonb -> 'put') as p(kind text, id text, open boolean, due date)
), issued as (
  insert into cases_paper (case_id, seq, kind, number, code, digest, issued_at)
  select %(id)s::uuid, seq, kind, number, code, digest, issued_at
  from jsonb_to_recordset(%(rows)s::jsonb -> 'papers')
    as p(seq int, kind text, number text, code text, digest text, issued_at timestamptz)
), made as (
  insert into cases_certificate (identifier, number, case_id, type, subject, department, valid_from, valid_to, status)
  select identifier, number, %(id)s::uuid, type, %(subject)s, %(department)s, valid_from, valid_to, 'valid'
  from jsonb_to_recordset(%(rows)s::jsonb -> 'certificates')
    as c(identifier text, number text, type text, valid_from date, valid_to date)
), armed as (
  insert into cases_timer (case_id, wake_at) select %(id)s::uuid, wake from
  jsonb_to_recordset(%(rows)s::jsonb -> 'timers') as t(wake timestamptz)
  on conflict (case_id) do update set wake_at = excluded.wake_at
), disarmed as (
  delete from cases_timer where case_id = %(id)s::uuid and %(rows)s::jsonb -> 'timers' = '[]'::jsonb
), now as (
  select * from jsonb_to_record(%(rows)s::jsonb -> 'row')
    as r(standard text, stage text, outcome text, accepted_on date,
    decided_on date, closed_on date, promised_due date, statutory_due date, due_on date, paused boolean, level smallint,
    state text, state_v smallint, reckoning int)
)
"""
)
_COLUMNS = (
    "standard, stage, outcome, accepted_on, decided_on, closed_on, promised_due, statutory_due, due_on, paused, level, "
    "state, state_v, reckoning"
)

CHANGE = (
    _WRITE
    + f"""update cases_case c set ({_COLUMNS}, seq, head) = (
  select {_COLUMNS}, %(seq)s::int, decode(%(head)s, 'hex') from now
) where c.id = %(id)s::uuid
"""
)

CREATE = (
    _WRITE
    + f"""insert into cases_case (id, number, receipt, item, title, division, department, subject, applicant, channel,
  submitted_at, words, seq, head, {_COLUMNS})
select %(id)s::uuid, %(number)s, %(receipt)s, %(item)s, %(title)s, %(division)s, %(department)s, %(subject)s,
  %(applicant)s, %(channel)s, %(submitted_at)s::timestamptz, to_tsvector('simple', %(words)s), %(seq)s::int,
  decode(%(head)s, 'hex'), {_COLUMNS} from now
"""
)

REARM = """
insert into cases_timer (case_id, wake_at) values (%(id)s, %(wake)s)
on conflict (case_id) do update set wake_at = excluded.wake_at
"""
DISARM = "delete from cases_timer where case_id = %(id)s"

CERTIFICATES = """
select identifier, type from cases_certificate
where subject = %(subject)s and status = 'valid'
  and (valid_to is null or valid_to >= (ledger_now() at time zone 'Asia/Shanghai')::date)
"""
