"""The tables of the log contract on licences: what stands of each, and every act in its life.

Each row belongs to a case, as rules judge and files are cut by cases: an act to the case that asked for it, everything
else to the case that made the licence.
"""

from __future__ import annotations

from yichuang.supervision.contract_columns import SOURCES, Table, day, moment, text, truth, whole

_LICENCE = text("licence_id", "证照的键，在一个数据集内唯一；换版不变")
_NUMBER = text("number", "证照编号；变更、延续、补发不改编号")
_DEPARTMENT = text("department", "作出决定的部门：区划/部门代码")
_PROCEEDING = "revoke 撤销、withdraw 撤回"

LICENCES = Table(
    "licences",
    "证照现状",
    "一张证照，从制发到终止；每次制证另在“证照 certificates”。",
    ("case_id", "licence_id"),
    (
        text("case_id", "制发它的办件的键"),
        _LICENCE,
        _NUMBER,
        text("identifier", "现行一版的电子证照标识（GB/T 36904）；没有为空"),
        text("type", "证照类型"),
        text("source", f"来源：{SOURCES}"),
        text("division", "区划代码"),
        _DEPARTMENT,
        text("item", "事项代码"),
        text("standard", "据以制发的办事规程的键：区划/事项/版本"),
        text("holder", "持证人代号，不含姓名和证件号"),
        text(
            "status",
            "现状：valid 有效、suspended 已暂扣、expired 已过有效期、revoked 已撤销、withdrawn 已撤回、"
            "cancelled 已注销、undone 补记已撤销；以账本所记为准，届满在记账之后才变",
        ),
        whole("version", "现行第几版，制发时为1"),
        day("made_on", "制发日期"),
        day("valid_from", "现行一版有效期起"),
        day("valid_to", "现行一版有效期止；长期为空值"),
        day("suspended_until", "暂扣至何日；没有暂扣为空值"),
        text("proceeding", f"正在进行的程序：{_PROCEEDING}；没有为空"),
        day("ended_on", "终止日期；有效、暂扣为空值"),
        text("ended_by", "终止的情形，代码同动作的 ground；没有终止为空"),
        day("barred_until", "不得再次申请的末日（许可法79条）；不限制为空值"),
    ),
)

LICENCE_ACTS = Table(
    "licence_acts",
    "证照动作",
    "证照上发生的一个动作，账本有几条就有几行。",
    ("case_id", "licence_id", "seq"),
    (
        text("case_id", "办件的键：依办件作出的，为该办件；其他动作，为制发该证照的办件"),
        _LICENCE,
        whole("seq", "在本证照中的次序，从1起"),
        _NUMBER,
        _DEPARTMENT,
        text("kind", "动作，名称见“证照动作名称”一节"),
        text("source", f"来源：{SOURCES}"),
        text("by_case", "依哪个办件作出；依职权、由持证人或者时间作出的为空"),
        moment("occurred_at", "动作发生的时刻", null=False),
        day("occurred_on", "动作发生的日期", null=False),
        moment("recorded_at", "记入账本的时刻", null=False),
        day("recorded_on", "记入账本的日期", null=False),
        text("person", "经办人代号；系统为 system"),
        text("post", "经办岗位；持证人和系统为空"),
        whole("version", "动作之后现行第几版"),
        day("valid_from", "制发、变更、延续、补发、更正之后的有效期起；其他动作为空值"),
        day("valid_to", "上述动作之后的有效期止；长期的、其他动作为空值"),
        day("former_valid_to", "延续之前的有效期止；其他动作为空值"),
        truth("deemed", "是否因届满前没有决定而视为准予延续（许可法50条二款）"),
        text("decision", "决定或者文书的文号；没有为空"),
        text("ground", "撤销、撤回、注销的情形代码；其他动作为空"),
        text("proceeding_kind", f"所属程序：{_PROCEEDING}；不在程序中为空"),
        whole("proceeding", "所属程序由本证照的第几个动作启动；不在程序中为空值", null=True),
        day("respond_by", "告知书送达时起算的陈述申辩、要求听证的末日"),
        day("hold_by", "要求听证时定下的举行听证的末日（许可法47条）"),
        day("hearing_on", "通知的听证日期，或者举行听证的日期"),
        day("suspended_until", "暂扣至何日"),
    ),
)
