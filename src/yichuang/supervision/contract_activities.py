"""What a log says beside the contract's tables, under its own names: what questions ask of.

Only what was completed is an activity here: starts, assignments and intermediate states are not. Of our own history
the activities follow from events, under the kinds of acts and of steps.
"""

from __future__ import annotations

from yichuang.supervision.contract_columns import Table, day, moment, text, truth, whole

ACTIVITIES = Table(
    "activities",
    "日志自己的动作",
    "一个完成了的动作，名称照日志自己的写法。",
    ("case_id", "seq"),
    (
        text("case_id", "办件的键"),
        whole("seq", "在本件中的次序，同动作表"),
        text("activity", "动作的名称"),
        moment("occurred_at", "动作发生的时刻", null=False),
        day("occurred_on", "动作发生的日期", null=False),
        moment("recorded_at", "记录的时刻；没有记录时间为空值"),
        day("recorded_on", "记录的日期；没有记录时间为空值"),
        text("person", "经办人"),
        day("due_on", "应当完成的日期；日志没有写为空值"),
        truth("twin", "是否与前面一条完全相同，可能重复"),
    ),
)
DATES = Table(
    "dates",
    "日志自己的日期",
    "办件或者一个动作应当完成、计划完成的一个日期，名称照映射的 dates。",
    ("case_id", "seq", "name"),
    (
        text("case_id", "办件的键"),
        whole("seq", "动作在本件中的次序，同动作表；0 是办件的"),
        text("name", "日期的名称"),
        day("told_on", "日期", null=False),
    ),
)
ATTRIBUTES = Table(
    "attributes",
    "日志自己的属性",
    "办件或者一个动作留下来分组、筛选的一个属性，名称照映射的 keep；没有值的没有一行。",
    ("case_id", "seq", "name"),
    (
        text("case_id", "办件的键"),
        whole("seq", "动作在本件中的次序，同动作表；0 是办件的"),
        text("name", "属性的名称"),
        text("value", "值"),
    ),
)
OF_LOG = (ACTIVITIES, DATES, ATTRIBUTES)
# Of a history that has no activities of its own: acts by their kind, a concluded step by the kind of step. Whoever acts
# from no post is no officer, and nobody's colleague; what time itself does is recorded late by nature. A correction and
# a special procedure are due when the documents before them said last, or on the first working day from then on: by
# published holidays alone, and not where the limit was reckoned again since. SQL of every engine
FROM_EVENTS = """
    select a.case_id, a.seq, a.activity, a.occurred_at, a.occurred_on, a.recorded_at, a.recorded_on, a.person,
      w.day as due_on, false as twin
    from (
      select e.case_id, e.seq,
        case when e.kind = 'step_concluded' then coalesce(nullif(s.kind, ''), e.step) else e.kind end as activity,
        e.occurred_at, e.occurred_on,
        case when e.person <> 'system' then e.recorded_at end as recorded_at,
        case when e.person <> 'system' then e.recorded_on end as recorded_on,
        case when e.source in ('door', 'migrated') and e.post = '' then '' else e.person end as person,
        case e.kind
          when 'supplied' then case
            when coalesce(max(case when e.kind = 'recalculated' then e.seq end) over so_far, 0)
              <= coalesce(max(case when e.kind = 'correction_asked' then e.seq end) over so_far, 0)
            then max(case when n.kind = 'correction_asked' then n.due_on end) over so_far end
          when 'special_ended' then max(case when n.kind = 'special_started' then n.due_on end) over so_far
        end as told_on, e.kind
      from log_events e
      left join log_steps s on s.case_id = e.case_id and s.step = e.step and s.concluded_seq = e.seq
      left join log_notices n on n.case_id = e.case_id and n.seq = e.seq
      window so_far as (partition by e.case_id order by e.seq rows between unbounded preceding and current row)
    ) a
    left join log_calendar c on c.day = a.told_on and c.published
    left join log_calendar w on w.day = c.next_working and w.published
    where a.kind not in ('lifecycle', 'step_opened', 'step_assigned', 'sent_back')
"""
# The tables that it reads: whoever restricts them restricts it
READ = ("log_events", "log_steps", "log_notices")
