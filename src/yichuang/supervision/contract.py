"""The log contract (日志契约): the flat, typed tables that supervision reads, whoever wrote the history.

Pure data. The tables in the database, the Parquet and CSV files, what importers accept and `docs/log-contract.md` all
follow from `TABLES`. No JSON and no list is a column; a moment stands beside its local day (Asia/Shanghai), so that
no engine's time zone decides what day it was. A text without a value is the empty text; everything else is null.
"""

from __future__ import annotations

from yichuang.supervision.contract_columns import SOURCES, day, moment, text, truth, whole
from yichuang.supervision.contract_columns import Column as Column
from yichuang.supervision.contract_columns import ColumnKind as ColumnKind
from yichuang.supervision.contract_columns import Table as Table
from yichuang.supervision.contract_guidance import GUIDANCE_LINES as GUIDANCE_LINES
from yichuang.supervision.contract_guidance import GUIDANCES as GUIDANCES
from yichuang.supervision.contract_licences import LICENCE_ACTS as LICENCE_ACTS
from yichuang.supervision.contract_licences import LICENCES as LICENCES

_CASE = text("case_id", "办件的键，在一个数据集内唯一")
_STANDARD = text("standard", "办事规程的键：区划/事项/版本")
UNITS = "workday 工作日、day 日、month 月、immediate 当场"


def _limit(name: str, meaning: str) -> tuple[Column, Column]:
    """A limit: how long, and in what unit; null and empty where there is none."""
    return (
        whole(name, meaning, "按单位列", null=True),
        text(f"{name}_unit", f"{meaning}的单位：{UNITS}；无此时限为空"),
    )


CASES = Table(
    "cases",
    "办件",
    "一件申请。",
    ("case_id",),
    (
        _CASE,
        text("number", "办件编号；外系统上报的，为其所指、该部门经办的本平台办件的编号，没有指明或者查无此件为空"),
        text("source", f"来源：{SOURCES}"),
        text("system", "上报的外系统代号；本平台为空"),
        text("division", "区划代码"),
        text("department", "实施部门：区划/部门代码"),
        text("item", "事项代码"),
        _STANDARD,
        text("situation", "办理情形代码"),
        truth("instant", "是否即办（事项或情形当场办结）"),
        text("applicant", "申请人代号，不含姓名和证件号"),
        text("agent", "代理人代号；本人办理为空"),
        text("channel", "提交渠道：online 网上、window 窗口、api 接口"),
        moment("submitted_at", "提交申请的时刻；外系统没有报提交的，为其所报最早的动作"),
        day("submitted_on", "提交申请的日期"),
        day("received_on", "收件日期"),
        text("received_by", "收件人代号"),
        text("received_post", "收件岗位"),
        day("corrected_on", "补正补齐的日期：受理时限自此重新起算"),
        day("accepted_on", "受理日期（逾期未告知的，为法定视为受理之日）"),
        truth("silent", "是否逾期未告知而视为受理（许可法32条一款四项）"),
        text("accepted_by", "受理人代号；视为受理的为空"),
        day("decided_on", "作出决定的日期"),
        truth("granted", "是否准予；未决定为空值", null=True),
        text("decided_by", "决定人代号"),
        day("delivered_on", "送达日期"),
        day("closed_on", "办件了结的日期：办结、不予受理、撤回、终止"),
        text(
            "outcome",
            "结果：granted 准予、refused 不予、not_accepted 不予受理、not_required 不需许可、"
            "no_jurisdiction 不属职权、withdrawn 撤回、acceptance_revoked 撤销受理、"
            "overdue 补正逾期、item_ended 随事项退出清单终止，或终止的其他原因；在办为空",
        ),
        whole("extension", "已批准延长的期限，单位同法定时限", "按法定时限单位"),
        day("extended_on", "批准延期的日期"),
    ),
)

EVENTS = Table(
    "events",
    "动作",
    "办件上发生的一个动作，账本有几条就有几行。",
    ("case_id", "seq"),
    (
        _CASE,
        whole("seq", "在本件中的次序，从1起"),
        text("number", "办件编号"),
        text("kind", "动作，名称见“动作名称”一节"),
        text("source", f"来源：{SOURCES}"),
        text("system", "上报的外系统代号；本平台为空"),
        text("step", "环节代码；与环节无关为空"),
        moment("occurred_at", "动作发生的时刻（外系统为其所称）", null=False),
        day("occurred_on", "动作发生的日期", null=False),
        moment("recorded_at", "记入账本的时刻", null=False),
        day("recorded_on", "记入账本的日期", null=False),
        text("person", "经办人代号；系统为 system"),
        text("post", "经办岗位；申请人为空"),
        text("on_behalf_of", "代谁：申请人代号，或被顶岗人的代号"),
        text("channel", "渠道：online、window、api、system"),
        text("session", "会话的摘要，用于比较是否同一会话"),
        text("ip", "网络地址的摘要，用于比较是否同一地址"),
        text(
            "device",
            "设备的摘要：浏览器或者接口用户长期不变的随机标识，不是浏览器的名称和版本；不明为空，不明的不算同一设备",
        ),
    ),
)

STEPS = Table(
    "steps",
    "环节",
    "办件走过的一个环节；退回重办是新的一轮。",
    ("case_id", "step", "round"),
    (
        _CASE,
        text("step", "环节代码"),
        whole("round", "第几轮"),
        text("kind", "环节种类，代码同办事规程"),
        text("department", "承办部门：区划/部门代码"),
        text("post_kind", "承办岗位种类"),
        whole("opened_seq", "开始这一环节的动作次序"),
        moment("opened_at", "环节开始的时刻", null=False),
        day("opened_on", "环节开始的日期", null=False),
        text("assigned_to", "指派的承办人；未指派为空"),
        whole("concluded_seq", "办结这一环节的动作次序", null=True),
        moment("concluded_at", "环节办结的时刻"),
        day("concluded_on", "环节办结的日期"),
        text("concluded_by", "办结人代号；超时默认为 system"),
        text("verdict", "结论：pass、fail、agree、disagree、deemed 逾期视为同意；未办结为空"),
        whole("officers", "共同承办的人数；不明为空值", "人", null=True),
        day("corrected_on", "最近一次更正意见的日期；未更正为空值"),
        text("sent_back_by", "被哪个环节退回；未退回为空"),
        *_limit("limit", "环节时限"),
    ),
)

STEP_OFFICERS = Table(
    "step_officers",
    "环节人员",
    "共同办结一个环节的一个人。",
    ("case_id", "step", "round", "person"),
    (_CASE, text("step", "环节代码"), whole("round", "第几轮"), text("person", "承办人代号")),
)

MATERIALS = Table(
    "materials",
    "材料",
    "办件涉及的一份材料：要求了没有，交了没有。",
    ("case_id", "material"),
    (
        _CASE,
        text("material", "材料代码"),
        truth("listed", "是否在公布的材料清单之内"),
        truth("needed", "本次申请是否需要"),
        text("role", "材料类别：primary 主要、non_key 非关键、shared 共享、promise 承诺；清单外为空"),
        text("state", "现状：given 已交电子件、paper 已交纸件、form 由申请表生成、held 证照替代、missing 未交"),
        moment("supplied_at", "最近一次提交的时刻"),
        day("supplied_on", "最近一次提交的日期"),
        truth("original_seen", "窗口是否核验了原件"),
        whole("demands", "补正告知中要求的次数", "次"),
    ),
)

NOTICES = Table(
    "notices",
    "文书",
    "发给申请人的一份文书或告知。",
    ("case_id", "seq"),
    (
        _CASE,
        whole("seq", "出具它的动作次序"),
        text("kind", "动作名称：received、correction_asked、accepted、declined、special_started、extended、decided 等"),
        text("number", "文书编号；没有编号为空"),
        moment("issued_at", "出具的时刻", null=False),
        day("issued_on", "出具的日期", null=False),
        text("issued_by", "出具人代号"),
        text("post", "出具岗位"),
        day("due_on", "文书里告知的日期：补正期限、特别程序预计结束日"),
        truth("reasoned", "是否写明理由；无须理由的文书为空值", null=True),
        whole("remedies", "告知救济途径的项数", "项"),
        whole("bases", "引用依据的条数", "条"),
        whole("materials", "要求补正的材料数", "份"),
        whole("unlisted", "其中公布清单以外的材料数", "份"),
    ),
)

BASES = Table(
    "bases",
    "引用依据",
    "文书里引用的一条依据。",
    ("case_id", "seq", "basis"),
    (
        _CASE,
        whole("seq", "引用它的动作次序"),
        text("basis", "法规名称和条文"),
        truth("published", "是否在公布的办事规程之内"),
        truth("in_force", "引用之日是否有效；起止日期不明的按有效"),
    ),
)

FEES = Table(
    "fees",
    "收费",
    "办件的一项收费。",
    ("case_id", "fee"),
    (
        _CASE,
        text("fee", "收费项目代码"),
        whole("due_amount", "按公布标准应收的金额；清单外为空值", "分", null=True),
        whole("charged_amount", "通知缴纳的金额；未通知为空值", "分", null=True),
        moment("charged_at", "通知缴费的时刻"),
        day("charged_on", "通知缴费的日期"),
        text("basis", "通知里引用的收费依据"),
        truth("basis_published", "该依据是否在公布的收费清单之内；未通知为空值", null=True),
        whole("paid_amount", "实缴金额；未缴为空值", "分", null=True),
        moment("paid_at", "缴费的时刻"),
        day("paid_on", "缴费的日期"),
        whole("refunded_amount", "最近一次退还的金额；未退为空值。误缴退还的，实缴随之为空值", "分", null=True),
        moment("refunded_at", "最近一次退费的时刻"),
        day("refunded_on", "最近一次退费的日期"),
    ),
)

SURVEYS = Table(
    "surveys",
    "核查与技术审查",
    "一次现场核查、技术审查或特别程序：环节里的一轮、特别程序，或外系统上报的一次。",
    ("case_id", "survey"),
    (
        _CASE,
        text("survey", "在本件中的代号：环节代码/轮次、特别程序代号，或外系统记录号"),
        text("form", "形式：step 规程中的环节、special 特别程序、reported 外系统上报"),
        text("kind", "种类，代码同办事规程的环节种类"),
        text("source", f"来源：{SOURCES}"),
        text("system", "上报的外系统代号；本平台为空"),
        day("started_on", "开始日期"),
        day("until", "书面告知的预计结束日"),
        day("ended_on", "实际结束日期；未结束为空值"),
        truth("stops", "是否不计入办理时限（许可法45条）"),
        truth("listed", "种类是否在该事项规程之内或属许可法45条所列"),
        text("notice", "时间告知书编号；未告知为空"),
        whole("officers", "参加人数；不明为空值", "人", null=True),
    ),
)

CERTIFICATES = Table(
    "certificates",
    "证照",
    "制发的一份证照或批准文件。",
    ("case_id", "number"),
    (
        _CASE,
        text("number", "证照编号"),
        text("identifier", "电子证照标识（GB/T 36904）"),
        text("type", "证照类型"),
        text("holder", "持证人代号"),
        text("department", "颁发部门"),
        text("source", f"来源：{SOURCES}"),
        text("system", "上报的外系统代号；本平台为空"),
        moment("made_at", "制证的时刻"),
        day("made_on", "制证的日期"),
        day("valid_from", "有效期起"),
        day("valid_to", "有效期止；长期为空值"),
    ),
)

ITEMS = Table(
    "items",
    "事项",
    "一个区划公布办理的一个事项。",
    ("division", "item"),
    (
        text("division", "区划代码"),
        text("item", "事项代码"),
        text("name", "事项名称"),
        text("department", "实施部门：区划/部门代码"),
        text("state", "状态：listed 在办、cancelled 已取消或者已定取消之日"),
        day("cancelled_on", "取消之日：当日起不再受理"),
        text("standard", "现行办事规程的键"),
    ),
)

STANDARDS = Table(
    "standards",
    "办事规程",
    "公布过的一版办事规程。",
    ("standard",),
    (
        _STANDARD,
        text("division", "区划代码"),
        text("item", "事项代码"),
        whole("version", "版本"),
        text("department", "实施部门：区划/部门代码"),
        text("procedure", "程序种类：licence 许可、registration 登记确认、filing 备案服务"),
        text("item_class", "事项办理类别"),
        truth("instant", "是否即办件"),
        truth("silence_accepts", "逾期未告知是否视为受理"),
        text("statutory_from", "法定时限的起算：accept 受理之日、apply 收到申请之日，补正的为补齐之日"),
        *_limit("statutory", "法定时限"),
        *_limit("promised", "承诺时限"),
        *_limit("accept_within", "受理时限"),
        *_limit("supply_within", "补正期限"),
        *_limit("deliver_within", "送达时限"),
        *_limit("extension", "可以延长的期限"),
        truth("reviewer_may_decide", "审查人可否兼作决定人"),
        truth("gaps_allowed", "可否容缺受理"),
        text("certificate_type", "结果证照类型"),
        truth("online", "是否开通网上申报（3.5d）；历史没有说的为空值", null=True),
        day("published_on", "公布日期", null=False),
    ),
)

STANDARD_STEPS = Table(
    "standard_steps",
    "规程环节",
    "办事规程规定的一个环节。",
    ("standard", "step"),
    (
        _STANDARD,
        text("step", "环节代码"),
        text("name", "环节名称"),
        text("kind", "环节种类"),
        text("department", "承办部门：区划/部门代码"),
        text("post_kind", "承办岗位种类"),
        whole("officers", "至少几人共同承办", "人"),
        truth("conditional", "是否只在某些情形才走"),
        truth("silence_agrees", "逾期是否视为同意"),
        *_limit("limit", "环节时限"),
    ),
)

STANDARD_ORDER = Table(
    "standard_order",
    "环节次序",
    "办事规程里一个环节必须在另一个之后。",
    ("standard", "step", "after"),
    (_STANDARD, text("step", "环节代码"), text("after", "它之前须完成的环节代码")),
)

POINTS = Table(
    "points",
    "监察节点",
    "办事规程设的一个监察节点（3.2g）。",
    ("standard", "point"),
    (
        _STANDARD,
        text("point", "节点代码"),
        text("kind", "种类：precondition 前置条件、procedure 程序、time 时限、fee 收费"),
        text("at", "设在哪里：环节代码，或 accept 受理、decide 决定、deliver 送达、fee 收费"),
        text("rule", "触发的监察规则"),
    ),
)

POSTS = Table(
    "posts",
    "岗位",
    "一个岗位。",
    ("post",),
    (
        text("post", "岗位代码"),
        text("division", "区划代码"),
        text("department", "所在部门：区划/部门代码"),
        text("kind", "岗位种类"),
        text("name", "岗位名称"),
    ),
)

HOLDERS = Table(
    "holders",
    "任职",
    "某人任某岗位的一段时间，含顶岗。",
    ("post", "person", "first_day", "standing_in"),
    (
        text("post", "岗位代码"),
        text("person", "任职人代号"),
        day("first_day", "首日", null=False),
        day("last_day", "末日；在任为空值"),
        text("standing_in", "顶替谁；本人任职为空"),
    ),
)

RISK_POINTS = Table(
    "risk_points",
    "廉政风险点",
    "一个岗位的廉政风险等级（4.1b）。",
    ("post",),
    (text("post", "岗位代码"), text("level", "等级：high 高、medium 中、low 低")),
)

DEPARTMENTS = Table(
    "departments",
    "部门",
    "一个部门。",
    ("department",),
    (
        text("department", "部门：区划/部门代码"),
        text("division", "区划代码"),
        text("name", "部门名称"),
        truth("due", "是否应当接入：行政机关，或者写明授权法条的组织（3.1a）"),
    ),
)

EXCLUSIONS = Table(
    "exclusions",
    "三率例外",
    "一个不计入三率的部门或事项，及其依据（4.1a）。",
    ("exclusion",),
    (
        text("exclusion", "例外的编号"),
        text("kind", "例外的是什么：department 部门、item 事项"),
        text("division", "区划代码"),
        text("department", "部门：区划/部门代码；例外的是事项则为空"),
        text("item", "事项代码；例外的是部门则为空"),
        text("reason", "原因：law 法律法规另有规定、secret 涉密"),
        text("basis", "依据：法律法规的条款，或者定密、批准的文号"),
        day("first_day", "自何日起不计", null=False),
        day("last_day", "不计的末日；仍不计为空值"),
    ),
)

OUTAGES = Table(
    "outages",
    "停运",
    "系统停运的一段时间：期间到期而随后补上的，不作监察发现（4.1b）。",
    ("outage",),
    (
        text("outage", "停运的编号"),
        day("first_day", "停运的首日", null=False),
        day("last_day", "停运的末日", null=False),
        text("reason", "停运的原因"),
    ),
)

SYSTEMS = Table(
    "systems",
    "外系统",
    "部门自己的一个办件系统，登记过对接（4.1e）。",
    ("system",),
    (
        text("system", "系统代号"),
        text("department", "所属部门：区划/部门代码"),
        day("connected_on", "对接之日", null=False),
        day("disconnected_on", "停止对接之日；仍在对接为空值"),
    ),
)

CALENDAR = Table(
    "calendar",
    "日历",
    "一天。",
    ("day",),
    (
        day("day", "日期", null=False),
        truth("working", "是否工作日"),
        whole("ordinal", "到这一天为止（含）的工作日累计数，用于相减", "工作日"),
        whole("number", "到这一天为止（含）的天数，用于相减", "日"),
        day("next_working", "这一天或其后第一个工作日", null=False),
        whole("month", "年份乘12加月份，用于按月推算", "月"),
        whole("day_of_month", "几号"),
        truth("last_of_month", "是否当月最后一天"),
        truth("published", "该年放假安排是否已公布；未公布的按周一至周五估算"),
    ),
)

LAW_TASKS = Table(
    "law_tasks",
    "法规变动的任务",
    "一部法规变动后，引用它的一份现行办事规程要由实施部门修订或者判断（3.5h）。",
    ("law", "number"),
    (
        text("law", "法规名称，不带版次"),
        whole("number", "在这部法规的任务中的序号"),
        text("cause", "变动：amended 修改、repealed 废止、hidden 查明没有公布"),
        text("division", "区划代码"),
        text("item", "事项代码"),
        text("department", "应当修订的部门：区划/部门代码"),
        whole("lines", "规程里有几处引用受影响", "处"),
        day("opened_on", "登记变动之日", null=False),
        day("since", "变动生效之日", null=False),
        day("due_on", "限定完成之日，登记时确定", null=False),
        day("done_on", "完成之日：发布了修订的规程、负责人书面判断不需修订，或者变动已撤回；未完成为空值"),
    ),
)

COUNTY_TASKS = Table(
    "county_tasks",
    "市县规程的任务",
    "一个在列事项要有办事规程；区县的现行办事规程要跟进市级基准的变动，或者对与基准的不同说明理由（3.2b、3.2c）。",
    ("division", "item", "kind", "base"),
    (
        text("division", "区划代码"),
        text("item", "事项代码"),
        text("kind", "任务：publish 编制发布规程、follow 跟进市级新版、deviate 对不同之处说明理由或者改为一致"),
        text("base", "市级规程：区划/事项/版本；编制发布的任务为区划/事项"),
        text("department", "实施部门：区划/部门代码"),
        whole("number", "跟进的任务为市级规程的版本号，说明理由的任务为没有说明的处数，编制发布的任务为0"),
        day("opened_on", "开始之日：事项列入清单、市级新版发布，或者两份规程都施行", null=False),
        day("due_on", "限定完成之日", null=False),
        day("done_on", "部门报请审定之日；未完成为空值"),
    ),
)

STANDARD_REVIEWS = Table(
    "standard_reviews",
    "规程的复审",
    "一份现行办事规程，审定时定了最迟复审日期（3.2a）。键：`standard`。",
    ("standard",),
    (
        text("standard", "现行规程：区划/事项/版本"),
        text("division", "区划代码"),
        text("item", "事项代码"),
        text("department", "实施部门：区划/部门代码"),
        day("in_force_on", "施行之日", null=False),
        day("review_on", "最迟复审之日；复审之后是下一次的", null=False),
    ),
)

# One row, and in the database a view: it is no history, so it is not among the tables that are kept and exchanged
ASOF = Table(
    "asof",
    "评判之日",
    "规则以哪一天为今天。",
    ("today",),
    (day("today", "在线为账本时钟的当地日期，历史数据集为其截止之日", null=False),),
)

TABLES: tuple[Table, ...] = (
    CASES,
    EVENTS,
    STEPS,
    STEP_OFFICERS,
    MATERIALS,
    NOTICES,
    BASES,
    FEES,
    SURVEYS,
    CERTIFICATES,
    LICENCES,
    LICENCE_ACTS,
    ITEMS,
    STANDARDS,
    STANDARD_STEPS,
    STANDARD_ORDER,
    POINTS,
    POSTS,
    HOLDERS,
    RISK_POINTS,
    DEPARTMENTS,
    EXCLUSIONS,
    OUTAGES,
    SYSTEMS,
    LAW_TASKS,
    STANDARD_REVIEWS,
    COUNTY_TASKS,
    GUIDANCES,
    GUIDANCE_LINES,
    CALENDAR,
)
OF_CASE = tuple(table for table in TABLES if table.of_case)
SHARED = tuple(table for table in TABLES if not table.of_case)


def table(name: str) -> Table:
    """Raises KeyError."""
    for known in TABLES:
        if known.name == name:
            return known
    raise KeyError(name)
