"""What a log says beside the contract's tables, under its own names: what questions ask of.

Only what was completed is an activity here: starts, assignments and intermediate states are not.
"""

from __future__ import annotations

from yichuang.supervision.contract import Table
from yichuang.supervision.contract_columns import day, moment, text, truth, whole

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
# Of a history that has no activities of its own: in the contract's own words. SQL of every engine
FROM_EVENTS = """
    select case_id, seq, case when step <> '' then step else kind end as activity, occurred_at, occurred_on,
      recorded_at, recorded_on, person, cast(null as date) as due_on, false as twin
    from log_events where kind not in ('lifecycle', 'step_opened', 'step_assigned', 'sent_back')
"""
