"""The activities of a history under the names of the log itself, beside the contract's tables: what questions ask of.

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
# Of a history that has no such table: in the contract's own words. SQL of every engine
FROM_EVENTS = """
    select case_id, seq, case when step <> '' then step else kind end as activity, occurred_at, occurred_on,
      recorded_at, recorded_on, person, cast(null as date) as due_on, false as twin
    from log_events where kind not in ('lifecycle', 'step_opened', 'step_assigned', 'sent_back')
"""
