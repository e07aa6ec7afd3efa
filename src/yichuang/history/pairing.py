"""Which start of a step belongs to which end of it, in SQL of DuckDB."""

from __future__ import annotations

# Of the table `ev`: a row for each start with its end, if it has one, and for each end that found nothing open.
# By the instance of the activity where every move of the step in the case names one; else the first start is ended
# first, so that a missing start, or a round that was withdrawn, shifts nothing after it. `open_after` is how many are
# open after a move; while it does not come down to none, and was above one, what belongs together is `unclear`.
PAIRED = """
with moves as (
  select case_id, step, seq, occurred_at, occurred_on, person, before, kind,
    case when bool_and(instance <> '') over (partition by case_id, step) then instance else '' end
      as thread,
    case when kind = 'step_opened' then 1 else -1 end as change
  from ev where kind in ('step_opened', 'step_concluded', 'sent_back') and step <> '' and not twin
), summed as (
  select *, sum(change) over of_thread as total from moves
  window of_thread as (partition by case_id, step, thread order by seq rows unbounded preceding)
), floored as (
  select *, least(0, coalesce(min(total) over of_thread, 0)) as lowest from summed
  window of_thread as (
    partition by case_id, step, thread order by seq rows between unbounded preceding and 1 preceding)
), counted as (
  select *, change < 0 and total < lowest as alone, total - least(lowest, total) as open_after from floored
), spanned as (
  select *, coalesce(sum((open_after = 0)::int) over (
      partition by case_id, step, thread order by seq rows between unbounded preceding and 1 preceding), 0
    ) as span
  from counted
), placed as (
  select *, max(open_after) over (partition by case_id, step, thread, span) > 1 as unclear,
    row_number() over (partition by case_id, step, thread, change, alone order by seq) as nth
  from spanned
)
select coalesce(c.case_id, o.case_id) as case_id, coalesce(c.step, o.step) as step,
  coalesce(c.unclear, false) or coalesce(o.unclear, false) as unclear, o.seq as begun_seq,
  o.occurred_at as begun_at, c.seq as ended_seq, c.kind as ended, c.occurred_at as ended_at,
  c.occurred_on as ended_on, c.before, c.person as ended_by, coalesce(o.person, '') as assigned_to
from (from placed where change < 0 and not alone) c
full join (from placed where change > 0) o
  on (o.case_id, o.step, o.thread, o.nth) = (c.case_id, c.step, c.thread, c.nth)
union all
select case_id, step, false, null, null, seq, kind, occurred_at, occurred_on, before, person, ''
from placed where alone and kind = 'step_concluded'
"""
