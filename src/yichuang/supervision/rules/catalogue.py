"""The catalogue of rules (domain §4.2). A rule that waits for data stands in it as waiting and counts as nothing."""

from __future__ import annotations

from collections.abc import Collection

from yichuang.aggregates.parameters import Parameter
from yichuang.cases.core.events import KINDS
from yichuang.kernel.policy import cite_policy
from yichuang.supervision.rules.rule import Entries, Rule, Scope

ACTS = frozenset(KINDS) - {"pre_reviewed", "recalculated"}
# What moves a clock, answers it or lets it pass: passing time itself is an act of the sweep
CLOCKED = frozenset(
    {"received", "correction_asked", "supplied", "accepted", "declined", "decided", "closed", "withdrawn"}
    | {"terminated", "special_started", "special_ended", "extended", "rebound", "warned", "recalculated", "delivered"}
    | {"acceptance_revoked"}
)
STEPPED = frozenset({"step_opened", "step_assigned", "step_concluded", "sent_back", *CLOCKED})

RULES: tuple[Rule, ...] = (
    Rule(
        "R-T01", "受理时限", "4.1b", "《行政许可法》第三十二条第一款第四项",
        {
            "accept": "收件后应在{allowed}个工作日内告知是否受理，超过到期日{lateness}。",
            "again": "材料补正齐全后应在{allowed}个工作日内告知是否受理，超过到期日{lateness}。",
            "silent": "收件或补正齐全后{allowed}个工作日内没有告知是否受理，依法自收到之日起视为受理。",
        },
        CLOCKED, "limits.accepted_late",
        version=4,
    ),
    Rule(
        "R-T02", "承诺超时", "4.1b", cite_policy("3.2"),
        "承诺时限为{promised}，超过到期日{lateness}。",
        CLOCKED, "limits.promise_broken",
        version=6,
    ),
    Rule(
        "R-T03", "法定超时", "4.1b", "《行政许可法》第四十二条、第七十四条第二项",
        "法定时限（含批准的延长）为{statutory}，超过到期日{lateness}。",
        CLOCKED, "limits.law_broken",
        version=7,
    ),
    Rule(
        "R-T04", "环节超时", "4.1b", cite_policy("3.2"),
        "环节“{step}”的时限为{step_limit}，超过到期日{lateness}。",
        STEPPED, "limits.step_late",
        version=4,
    ),
    Rule(
        "R-T05", "延期违规", "4.1b", "《行政许可法》第四十二条第一款",
        {
            "twice": "同一件延期两次，法律只许一次。",
            "reason": "延期没有说明理由。",
            "post": "延期不是由本机关负责人批准的。",
            "days": "延长{extended}，超过允许的{statutory}。",
            "late": "期满之后才批准延期。",
        },
        frozenset({"extended", "rebound", "recalculated"}), "limits.wrongly_extended",
        everywhere=True,  # law lets it begin in any case, foreseen or not
        version=4, of_post=True,
    ),
    Rule(
        "R-T06", "送达超时", "4.1b", "《行政许可法》第四十四条",
        "准予后应在{allowed}个工作日内制证备领，超过到期日{lateness}；等申请人缴费和领取的日子不计。",
        CLOCKED | {"certificate_made", "fee_charged", "fee_paid", "fee_refunded"}, "limits.delivered_late",
        version=3,
    ),
    Rule(
        "R-T07", "辅导答复超时", "4.1b", cite_policy("3.4"),
        "咨询应在{allowed}个工作日内答复，超过到期日{lateness}。",
        find="guidance.answered_late", scope=Scope.POPULATION,
        weak="口头问了而没有记录的看不到。",
    ),
    Rule(
        "R-T08", "特别程序超时或未告知", "4.1b", "《行政许可法》第四十五条",
        {
            "notice": "特别程序没有书面告知所需时间。",
            "kind": "特别程序的种类不在法定不计时限之列，却停了时限。",
            "over": "特别程序超过了书面告知的时间。",
        },
        frozenset(
            {"special_started", "special_ended", "warned", "decided", "closed", "withdrawn", "terminated"}
            | {"acceptance_revoked"}
        ),
        "limits.special_abused",
        everywhere=True,  # law lets it begin in any case, foreseen or not
        version=4, of_post=True,
    ),
    Rule(
        "R-T09", "联办超时", "4.1b", "《行政许可法》第四十二条第二款",
        "联合办理超过45日。", waits_for="建设项目的并联审批",
    ),
    Rule(
        "R-T10", "并联意见超时", "4.1b", cite_policy("3.7"),
        "征求意见的环节“{step}”逾期未答复，已按同意处理。",
        frozenset({"step_concluded"}), "limits.opinion_late",
    ),
    Rule(
        "R-P01", "跳环节、倒序", "4.1c", cite_policy("3.2") + "流程固化",
        {
            "order": "“{step}”开始时，应当先办结的“{before}”还没有办结。",
            "missing": "准予之前没有办结必经环节“{step}”。",
        },
        frozenset({"step_opened", "step_concluded", "sent_back", "decided", "rebound"}), "procedure.out_of_order",
        version=2, of_post=True,
    ),
    Rule(
        "R-P02", "节点代批", "4.1c", cite_policy("4.1"),
        {
            "quick": "环节“{step}”开始后{measured}秒就办结，少于{allowed}秒。",
            "device": "{measured}名工作人员在同一办件上使用了同一台设备。",
            "session": "{measured}名工作人员在同一办件上使用了同一次登录。",
            "post": "经办人当日不在所用的岗位上。",
        },
        ACTS - {"submitted", "supplied", "materials_added", "warned"}, "procedure.acted_for_another",
        {"least_seconds": Parameter("环节最短用时", 60, "秒", 1, 3600)},
        version=2,
        weak="清除了浏览器标识或者换用浏览器的看不出；谁用了谁的登录，要查明；用时短也可能是复核旧件。",
        of_post=True,
    ),
    Rule(
        "R-P03", "受审不分离", "4.1c", cite_policy("3.4") + "受审分离",
        {
            "step": "收件或受理的人又承办了环节“{step}”。",
            "decide": "收件或受理的人又作了决定。",
            "review": "审查人兼作决定人，规程不许。",
        },
        frozenset({"received", "accepted", "step_concluded", "opinion_corrected", "decided"}),
        "procedure.accepted_and_reviewed",
        version=2, of_post=True,
    ),
    Rule(
        "R-P04", "核查人数不足", "4.1c", "《行政许可法》第三十四条第三款",
        "现场核查应由{allowed}名以上工作人员进行，记录为{measured}名。",
        frozenset({"step_concluded"}), "procedure.too_few_surveyors",
        {"officers": Parameter("至少几人", 2, "人", 1, 9)},
        version=2,
    ),
    Rule(
        "R-P05", "二次补正", "4.1c", "《行政许可法》第三十二条第一款第四项、第七十二条第四项",
        {
            "second": "第{measured}次补正告知；应当一次告知全部内容。",
            "unlisted": "补正告知要求了公布清单以外的{measured}份材料。",
        },
        frozenset({"correction_asked"}), "procedure.corrected_twice",
        {"most_notices": Parameter("补正告知最多次数", 1, "次", 1, 9)},
        version=2, of_post=True,
    ),
    Rule(
        "R-P06", "超范围要材料", "4.1c", "《行政许可法》第三十一条、第七十二条",
        "要求了公布清单以外的材料“{material}”。",
        frozenset({"submitted", "correction_asked", "revised"}), "procedure.unlisted_material",
        version=2, of_post=True,
    ),
    Rule(
        "R-P07", "不予无理由、无救济告知", "4.1c", "《行政许可法》第三十八条第二款、第七十二条第七项",
        {
            "reason": "文书没有说明理由。",
            "remedy": "不予的决定没有告知救济途径。",
        },
        frozenset(
            {"declined", "decided", "correction_asked", "special_started", "terminated"}
            | {"acceptance_revoked", "applicant_corrected", "fee_refunded", "falsehood_alleged"}
        ),
        "procedure.no_reason", version=4,
        of_post=True,
    ),
    Rule(
        "R-P08", "应听证未听证", "4.1c", "《行政许可法》第四十六条、第四十七条、第七十二条第八项",
        "应当听证而没有听证记录。", waits_for="规程写明哪些情形应当听证",
    ),
    Rule(
        "R-P09", "已取消事项受理", "4.1c", cite_policy("3.1"),
        "事项取消之后收下的申请，在取消之日起的第{measured}天受理。",
        frozenset({"accepted", "acceptance_revoked"}), "procedure.accepted_after_cancellation", version=4,
        everywhere=True, of_post=True,
        weak="导入的历史要写明取消之日；取消以前收件、以后受理的，按取消决定办理，不作评判。",
    ),
    Rule(
        "R-P10", "容缺违规", "4.1c", cite_policy("3.6"),
        "容缺受理不合规定。", waits_for="容缺受理和信用记录",
    ),
    Rule(
        "R-P11", "依据未公开", "4.1c", "《行政许可法》第五条第二款",
        "引用的依据没有随事项公布，或者当日不在施行期间：{basis}。",
        frozenset({"accepted", "declined", "decided", "acceptance_revoked"}), "procedure.unpublished_basis",
        version=3, of_post=True,
    ),
    Rule(
        "R-P12", "规程引用失效依据", "4.1c", cite_policy("3.5"),
        "现行办事规程有{measured}处引用的《{basis}》已经变动，限登记之日起{allowed}个工作日内修订或者书面判断，到期没有完成。",
        find="laws.lapsed_basis_kept", scope=Scope.POPULATION,
        weak="只看法规库登记的变动；法规改了而没有登记的看不出。期限由本市设定，登记变动时确定。",
    ),
    Rule(
        "R-P13", "市县规程缺失或者不统一", "4.1c", cite_policy("3.2"),
        {
            "publish": "事项在列而没有施行的办事规程，限{allowed}个工作日内编制报审，到期没有报请审定。",
            "follow": "市级规程第{measured}版发布后，限{allowed}个工作日内跟进修订，到期没有报请审定。",
            "deviate": "现行办事规程有{measured}处与市级基准不同，{allowed}个工作日内没有说明理由，也没有改为一致。",
        },
        find="counties.not_unified", scope=Scope.POPULATION, version=3,
        weak="只比对办事规程的文字；期限由本市设定。报请审定以后的时间不算在部门头上。",
    ),
    Rule(
        "R-P14", "规程逾期未复审", "4.1c", cite_policy("3.2"),
        "现行办事规程施行{measured}天，应当在施行后{allowed}天以内复审，到期没有复审，也没有修订。",
        find="standards.review_overdue", scope=Scope.POPULATION,
        weak="只看审定时定了复审日期的规程。周期由本市设定。",
    ),
    Rule(
        "R-P15", "辅导告知有遗漏", "4.1c", cite_policy("3.4"),
        "辅导告知单写明材料“{material}”这次不用交，{measured}天之后又要求补正这份材料。",
        frozenset({"correction_asked"}), "guidance.left_out",
        {"days": Parameter("告知单发出后提交的", 180, "天内", 1, 730)},
        everywhere=True,
        weak="只看办理情形相同、规程规定这种情形就要交的材料。告知齐全而后来要求改正的，不作评判：其间换过文件的看不出。",
    ),
    Rule(
        "R-F01", "违规收费", "4.1c", "《行政许可法》第五十八条、第五十九条、第七十五条",
        {
            "list": "“{fee}”不在公布的收费清单之内，或者所引依据不符，金额{paid}。",
            "amount": "“{fee}”通知缴纳{paid}，按公布的标准应为{due}。",
            "paid": "“{fee}”实缴{paid}，通知为{due}。",
            "before": "“{fee}”尚未缴清就制发了证照，应缴{due}。",
        },
        frozenset({"fee_charged", "fee_paid", "fee_refunded", "certificate_made", "revised"}), "fees.wrongly_charged",
        version=2, of_post=True,
    ),
    Rule(
        "R-L01", "证照变动没有决定", "4.1c",
        "《行政许可法》第三十六条、第四十七条、第四十九条、第五十条、第六十九条、第七十条",
        {
            "undecided": "证照{licence}有了制发、变更、延续、补发或者注销，而此前没有准予的决定。",
            "untold": "证照{licence}被撤销（撤回），此前没有告知持证人。",
            "early": "证照{licence}被撤销（撤回）而没有听证，陈述申辩的期限还有{measured}个工作日。",
            "unheld": "证照{licence}的持证人要求了听证，没有举行就作出了撤销（撤回）决定。",
        },
        frozenset({"made", "changed", "renewed", "reissued", "cancelled", "revoked"}),
        "licences.changed_past_the_door", everywhere=True, entries=Entries.LICENCE,
    ),
    Rule(
        "R-L02", "听证逾期", "4.1b", "《行政许可法》第四十七条、第四十八条",
        {
            "held": "证照{licence}的听证限{allowed}个工作日内举行，超过到期日{lateness}。",
            "notice": "证照{licence}的听证应在{allowed}个工作日前通知，只提前了{measured}个工作日。",
        },
        frozenset({"hearing_asked", "hearing_arranged", "hearing_held", "revocation_dropped", "revoked"}),
        "licences.hearing_overdue", everywhere=True, entries=Entries.LICENCE,
        weak="期限跨年而次年放假安排当时没有公布的，按对部门有利的算法。",
    ),
    Rule(
        "R-L03", "延续逾期未决定", "4.1b", "《行政许可法》第五十条第二款",
        {
            "lapsed": "证照{licence}届满前没有对延续申请作出决定，视为准予延续："
            "申请至届满有{measured}个工作日，法定时限为{statutory}。",
        },
        frozenset({"renewed"}), "licences.renewal_let_lapse", everywhere=True, entries=Entries.LICENCE,
    ),
    Rule(
        "R-M01", "中介强制", "4.1c", cite_policy("3.3"),
        "指定或变相指定中介。", waits_for="中介服务平台",
    ),
    Rule(
        "R-O01", "不入网运行", "4.1c", cite_policy("4.1"),
        {
            "result": "部门报送已作出决定或者发证，而本平台没有这个办件。",
            "act": "部门报送已在办理，而本平台没有这个办件。",
            "unbegun": "已对接的系统报送了决定或者证照，而从未报送收件或者受理，本平台也没有这个办件。",
            "before": "部门所报的办理，比本平台收到申请早{measured}天：先办后报。",
        },
        frozenset({"submitted"}), "offsystem.outside", everywhere=True, scope=Scope.SUBJECT,
        weak="只看得到部门报送的；既不报送又不入网的，要靠证照库、国库和档案倒查。",
    ),
    Rule(
        "R-O02", "事后补录", "4.1c", cite_policy("4.1"),
        {
            "late": "动作发生{measured}个工作日之后才记入，允许{allowed}个工作日。",
            "bulk": "全部环节在{measured}秒内录完，少于{allowed}秒。",
            "after": "作出决定之后才录入环节“{step}”。",
        },
        ACTS - {"warned"}, "offsystem.entered_afterwards",
        {
            "workdays": Parameter("允许迟录", 1, "个工作日", 0, 30),
            "minutes": Parameter("全部环节至少用时", 10, "分钟", 1, 600),
        },
        everywhere=True,
        version=4, of_post=True,
    ),
    Rule(
        "R-O03", "时间不一致", "4.1c", cite_policy("4.1"),
        {
            "accepted": "受理日期与系统记录的日期不同。",
            "decided": "决定日期与系统记录的日期不同。",
            "step": "环节“{step}”的办结日期与系统记录的日期不同。",
        },
        frozenset({"accepted", "decided", "step_concluded"}), "offsystem.dates_differ",
        everywhere=True,
        version=2, of_post=True,
    ),
    Rule(
        "R-O04", "受理前实质审查", "4.1d", cite_policy("4.1"),
        "{survey}早于受理。",
        frozenset({"accepted", "step_opened", "step_concluded", "special_started"}),
        "offsystem.examined_before_acceptance",
        version=2, of_post=True,
        weak="部门自行核查又不报送的看不到。",
    ),
    Rule(
        "R-O05", "两头受理", "4.1c", cite_policy("4.1"),
        {
            "twice": "同一申请人的同一事项，大厅（{place}）和部门系统都受理了，"
            "{apart}（{allowed}天以内视为同一申请）。",
            "early": "部门系统在大厅受理之前已经受理这个办件。",
        },
        frozenset({"submitted", "accepted", "declined", "acceptance_revoked", "applicant_corrected"}),
        "offsystem.accepted_twice",
        {"days": Parameter("视为同一申请", 30, "天内", 0, 365)},
        version=2, everywhere=True, scope=Scope.SUBJECT,
        weak="部门没有报送申请人的，或者报送时申请人还没有在本平台登记的，看不出是同一申请人。",
    ),
    Rule(
        "R-O06", "集中办结", "4.1c", cite_policy("4.1"),
        "同一人在一分钟内作出{measured}件决定，允许{allowed}件。",
        find="patterns.decided_in_a_heap",
        parameters={"cases": Parameter("一分钟内最多决定", 5, "件", 1, 1000)},
        scope=Scope.POPULATION, sign=True, weak="批量签发经过审查的办件也会集中；只看决定，不看审查是否充分。",
    ),
    Rule(
        "R-O07", "零办件、骤降", "4.1c", cite_policy("4.1"),
        "此前十二个月共有{allowed}件，最近连续数月一件没有。",
        find="patterns.fallen_silent",
        parameters={
            "months": Parameter("连续没有办件", 2, "个月", 1, 12),
            "usual": Parameter("此前十二个月至少", 24, "件", 1, 100_000),
        },
        scope=Scope.POPULATION, sign=True, version=2, weak="季节性的事项、政策调整和疫情停办也会没有办件。",
    ),
    Rule(
        "R-O08", "流水号断号", "4.1c", cite_policy("4.1"),
        "证照编号在{place}之前断了{measured}个号。",
        find="patterns.numbers_missing",
        scope=Scope.POPULATION, sign=True, weak="作废的号如不上报也算断号；只看末尾是流水号的编号。",
    ),
    Rule(
        "R-O09", "频繁撤件重报", "4.1c", cite_policy("4.1"),
        "同一申请人的同一事项离承诺到期只有{measured}个工作日（{allowed}个以内的都查）时撤回，又重新提交，时限得以重算。",
        frozenset({"submitted", "withdrawn", "closed", "applicant_corrected"}), "patterns.withdrawn_and_filed_again",
        {
            "left": Parameter("离到期不超过", 3, "个工作日", 0, 60),
            "days": Parameter("撤回后重报在", 30, "天内", 1, 365),
        },
        scope=Scope.SUBJECT, everywhere=True, sign=True, version=2,
        weak="申请人自己撤回再报也会如此；看不出是谁要他撤回的，记在承办部门名下，只请其查明。",
    ),
    Rule(
        "R-O10", "压线挂起", "4.1c", cite_policy("4.1"),
        "受理后第{measured}个工作日才启动特别程序，承诺时限为{allowed}个工作日，时限因此停下。",
        frozenset({"special_started"}), "patterns.suspended_at_the_line",
        {"left": Parameter("离到期不超过", 1, "个工作日", 0, 60)},
        version=3, everywhere=True, sign=True, of_post=True,
        weak="确有必要的听证、检测也可能在最后才知道；只看第一次启动和按工作日的承诺。",
    ),
    Rule(
        "R-N01", "入网率", "4.1a", cite_policy("4.1"),
        "没有接入：既没有人在岗，也没有对接业务系统。所在区划应接入{allowed}个部门，已接入{measured}个。",
        find="rates.not_connected",
        scope=Scope.POPULATION, weak="只看岗位上有没有人、系统有没有对接，不看是否真用：那是系统使用率。",
    ),
    Rule(
        "R-N02", "系统使用率", "4.1a", cite_policy("4.1"),
        "近期共有{allowed}件，其中{measured}件在本平台办理。",
        find="rates.handled_elsewhere",
        parameters={"days": Parameter("看最近", 30, "天", 1, 366)},
        scope=Scope.POPULATION, weak="部门自己不报的，本平台看不见。",
    ),
    Rule(
        "R-N03", "事项上线率", "4.1a", cite_policy("4.1"),
        "没有开通网上申报。该部门应上线{allowed}项，已上线{measured}项。",
        find="rates.not_online",
        scope=Scope.POPULATION, weak="看现行办事规程写明的渠道，不看网上是否真能办成。",
    ),
)  # fmt: skip

BY_CODE = {rule.code: rule for rule in RULES}
JUDGING = tuple(rule for rule in RULES if rule.find)
LIVE = tuple(rule for rule in JUDGING if rule.scope is not Scope.POPULATION)  # woken by acts
SWEPT = tuple(rule for rule in JUDGING if rule.scope is Scope.POPULATION)


def needs_a_point(rule: Rule) -> bool:
    """Whether the rule sees only cases whose standard sets a supervision point for it (3.2g)."""
    return bool(rule.find) and not rule.everywhere and rule.scope is not Scope.POPULATION


def blind(pointed: Collection[str]) -> tuple[Rule, ...]:
    """The rules that see nothing of a standard with supervision points for these."""
    return tuple(rule for rule in RULES if needs_a_point(rule) and rule.code not in pointed)


def woken(kinds: frozenset[str]) -> tuple[Rule, ...]:
    """The rules to judge again after events of these kinds."""
    return tuple(rule for rule in LIVE if rule.wakes & kinds)
