"""The tables of the log contract on guidance before an application: each question, and what a notice said of each
material. No case is in them: the application came later, if it came.
"""

from __future__ import annotations

from yichuang.supervision.contract_columns import SOURCES, Table, day, moment, text, truth

_GUIDANCE = text("guidance", "咨询辅导的键，在一个数据集内唯一")

GUIDANCES = Table(
    "guidances",
    "咨询辅导",
    "申请之前的一次咨询辅导（3.4d、3.4e）。",
    ("guidance",),
    (
        _GUIDANCE,
        text("number", "辅导编号"),
        text("source", f"来源：{SOURCES}"),
        text("division", "区划代码"),
        text("item", "事项代码"),
        text("standard", "提问时施行的办事规程的键：区划/事项/版本"),
        text("department", "承办部门：区划/部门代码"),
        text("applicant", "提问的人的代号，与办件的申请人相同，不含姓名和证件号"),
        text(
            "hard",
            "不能当场告知的：legacy 历史遗留、intricate 疑难复杂、industry 产业政策、technical 专业技术、"
            "inquiry 需要核实；其余为空",
        ),
        day("asked_on", "提问日期", null=False),
        day("due_on", "答复的末日，提问时确定", null=False),
        day("done_on", "答复或者发辅导告知单的日期；没有为空值"),
        text("done_by", "辅导员代号；没有答复为空"),
        moment("noticed_at", "发辅导告知单的时刻；没有发为空值"),
        day("withdrawn_on", "提问的人不问了的日期；没有为空值"),
    ),
)

GUIDANCE_LINES = Table(
    "guidance_lines",
    "辅导告知单的材料",
    "辅导告知单上的一份材料。",
    ("guidance", "material"),
    (
        _GUIDANCE,
        text("material", "材料代码"),
        text(
            "state",
            "情况：fine 齐全、missing 缺、flawed 不符合法定形式、evident 有明显的问题、spared 这次不用交、"
            "open 有的情形才交，没有看",
        ),
        truth("lacked", "发告知单时草稿里没有这份材料；没有草稿的为否"),
        truth("sure", "规程规定这种办理情形就要交，与申请表的填写无关；不知道的为否"),
        text("situation", "发告知单时的办理情形代码；没有的为空"),
    ),
)
