"""The rules in English, for readers of histories who read no Chinese: of each its title and its sentences, with the
same places for what was measured as the Chinese ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from yichuang.kernel.phrases import Phrases
from yichuang.supervision.rules.naming import NO_NAMES, Names
from yichuang.supervision.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class English:
    """A rule's words. Sentences by the first part of `at` where the rule has several."""

    title: str
    says: str | dict[str, str]
    weak: str = ""
    waits_for: str = ""


VALUES = Phrases(
    {
        "不足1个工作日": "less than 1 working day",
        "1个工作日": "1 working day",
        "{#}个工作日": "{0} working days",
        "{#}个月": "{0} months",
        "{#}天": "{0} days",
        "{#}日": "{0} days",
        "当场": "at once",
        "{#}（单位见办事规程）": "{0} (unit as in the standard)",
        "同一天": "on the same day",
        "相隔{#}天": "{0} days apart",
        "{#}元": "CNY {0}",
        "现场核查或者技术审查": "A site inspection or technical review",
        "{}（第{#}轮）": "{0} (round {1})",
        "“{*}”": "“{0}”",
    }
)
PARAMETERS = {  # labels and units
    "环节最短用时": "shortest step", "至少几人": "at least", "补正告知最多次数": "requests for corrections, at most",
    "允许迟录": "late entry allowed", "全部环节至少用时": "all steps take at least", "视为同一申请": "one application",
    "一分钟内最多决定": "decisions in a minute, at most", "连续没有办件": "no cases for",
    "此前十二个月至少": "in the twelve months before at least", "离到期不超过": "left to the due day, at most",
    "撤回后重报在": "filed again", "看最近": "looks at the last",
    "告知单发出后提交的": "filed after the notice",
    "秒": "seconds", "人": "persons", "次": "times", "个工作日": "working days", "分钟": "minutes",
    "天内": "days or less", "件": "cases", "个月": "months", "天": "days",
}  # fmt: skip
_LAWS = {"行政许可法": "Administrative Licensing Law", "优化营商环境条例": "Regulations on the Business Environment"}
_DIGITS = "零一二三四五六七八九"
_NUMBER = "[零一二三四五六七八九十百]+"
_UNITS = (("第({})条", " art. {}"), ("第({})款", " para. {}"), ("第({})项", " item {}"))

ENGLISH: dict[str, English] = {
    "R-T01": English(
        "Time limit for acceptance",
        {
            "accept": "Acceptance must be decided within {allowed} working days of receipt; this was {lateness} past"
            " the due day.",
            "again": "Acceptance must be decided within {allowed} working days once corrections are complete; this was"
            " {lateness} past the due day.",
            "silent": "Nothing was said within {allowed} working days of receipt or correction: by law the application"
            " counts as accepted from the day of receipt.",
        },
    ),
    "R-T02": English("Promised limit exceeded", "The promised limit is {promised}; {lateness} past the due day."),
    "R-T03": English(
        "Statutory limit exceeded",
        "The statutory limit, with approved extensions, is {statutory}; {lateness} past the due day.",
    ),
    "R-T04": English(
        "Step limit exceeded", "The limit of step “{step}” is {step_limit}; {lateness} past the due day."
    ),
    "R-T05": English(
        "Unlawful extension",
        {
            "twice": "The case was extended twice; the law allows it once.",
            "reason": "The extension gives no reason.",
            "post": "The extension was not approved by the head of the organ.",
            "days": "Extended by {extended}, more than the {statutory} allowed.",
            "late": "The extension was approved only after the limit had passed.",
        },
    ),
    "R-T06": English(
        "Delivery limit exceeded",
        "After a grant the licence must be ready within {allowed} working days; {lateness} past the due day. Days spent"
        " waiting for the applicant's payment or collection do not count.",
    ),
    "R-T07": English(
        "Guidance answered late",
        "A question had to be answered within {allowed} working days; the day was passed by {lateness}.",
        "Questions that nobody recorded are not seen.",
    ),
    "R-T08": English(
        "Special procedure overran or was not notified",
        {
            "notice": "A special procedure began without written notice of the time it needs.",
            "kind": "A special procedure stopped the clock although the law does not list its kind.",
            "over": "A special procedure took longer than the written notice said.",
        },
    ),
    "R-T09": English(
        "Joint handling too long", "Joint handling took more than 45 days.",
        waits_for="parallel approval of construction projects",
    ),
    "R-T10": English(
        "Parallel opinion late", "The opinion of step “{step}” did not come in time and was taken as consent."
    ),
    "R-P01": English(
        "Steps skipped or out of order",
        {
            "order": "“{step}” began before “{before}”, which must come first, was concluded.",
            "missing": "The grant was made without concluding the required step “{step}”.",
        },
    ),
    "R-P02": English(
        "One person acting for another",
        {
            "quick": "Step “{step}” was concluded {measured} seconds after it began, fewer than {allowed}.",
            "device": "{measured} officers used the same device on one case.",
            "session": "{measured} officers used the same sign-in on one case.",
            "post": "The officer did not hold the post used on that day.",
        },
        "Cleared or changed browsers are not seen; who used whose sign-in must be looked into; a short time may be the"
        " re-check of an earlier case.",
    ),
    "R-P03": English(
        "Acceptance and review not separated",
        {
            "step": "Whoever received or accepted the case also handled step “{step}”.",
            "decide": "Whoever received or accepted the case also decided it.",
            "review": "The reviewer also decided, which the standard does not allow.",
        },
    ),
    "R-P04": English(
        "Too few inspectors", "A site inspection needs at least {allowed} officers; {measured} are recorded."
    ),
    "R-P05": English(
        "Second request for corrections",
        {
            "second": "Request for corrections number {measured}; everything must be asked for at once.",
            "unlisted": "The request for corrections asks for {measured} materials beyond the published list.",
        },
    ),
    "R-P06": English("Materials beyond the list", "“{material}” was asked for beyond the published list."),
    "R-P07": English(
        "No reasons or no remedies told",
        {
            "reason": "The document gives no reasons.",
            "remedy": "The refusal does not tell how to seek remedy.",
        },
    ),
    "R-P08": English(
        "Hearing required but not held", "A hearing was required and none is recorded.",
        waits_for="standards that say when a hearing is required",
    ),
    "R-P09": English(
        "Cancelled item accepted",
        "The application, received after its item was cancelled, was accepted on day {measured} from the cancellation.",
        "An imported history must say on which day the item was cancelled; what was received before and accepted after"
        " follows the decision on cancellation and is not judged.",
    ),
    "R-P10": English(
        "Unlawful acceptance with materials lacking", "Acceptance with materials lacking did not follow the rules.",
        waits_for="such acceptances and credit records",
    ),
    "R-P11": English(
        "Unpublished legal basis",
        "A basis was cited that is not published with the item, or was not in force that day: {basis}.",
    ),
    "R-P12": English(
        "Standard cites an outdated law",
        "The standard in force cites “{basis}” in {measured} places although it changed; it had to be revised or judged"
        " in writing within {allowed} working days of the registration, and was not.",
        "Only changes registered in the register of laws are seen. The city sets the time, fixed at registration.",
    ),
    "R-P13": English(
        "Standard missing, or different in city and county",
        {
            "publish": "The item is on the list and has no standard in force; one was due for examination within"
            " {allowed} working days, and was not sent.",
            "follow": "After version {measured} of the city's standard was published, a revision was due for"
            " examination within {allowed} working days, and was not sent.",
            "deviate": "The standard in force differs from the city's base in {measured} places; for {allowed} working"
            " days no reason was given and nothing was aligned.",
        },
        "Only the text of standards is compared; the city sets the time. Time after sending for examination is not held"
        " against the department.",
    ),
    "R-P14": English(
        "Review of a standard overdue",
        "The standard has been in force for {measured} days; it had to be reviewed within {allowed} days and was"
        " neither reviewed nor revised.",
        "Only standards for which a day of review was set are seen. The city sets the period.",
    ),
    "R-P15": English(
        "Guidance left something out",
        "The notice of guidance said that “{material}” is not needed; {measured} days later a correction asked for it.",
        "Only materials that the standard calls for in the same situation are seen. What was called complete and later"
        " asked to be mended is not judged: the file may have been another.",
    ),
    "R-F01": English(
        "Unlawful fee",
        {
            "list": "“{fee}” is not on the published list of fees, or the basis cited is another; amount {paid}.",
            "amount": "For “{fee}” {paid} was charged; by the published rate it is {due}.",
            "paid": "For “{fee}” {paid} was paid; the notice says {due}.",
            "before": "The licence was made before “{fee}” was fully paid; due {due}.",
        },
    ),
    "R-L01": English(
        "Licence changed without a decision",
        {
            "undecided": "Licence {licence} was made, changed, renewed, reissued or cancelled without a prior decision"
            " to grant it.",
            "untold": "Licence {licence} was revoked without telling its holder first.",
            "early": "Licence {licence} was revoked without a hearing, {measured} working days before the time for the"
            " holder's statement ended.",
            "unheld": "The holder of licence {licence} asked for a hearing; it was revoked without one.",
        },
    ),
    "R-L02": English(
        "Hearing overdue",
        {
            "held": "The hearing on licence {licence} is due within {allowed} working days; {lateness} past the due"
            " day.",
            "notice": "The hearing on licence {licence} must be announced {allowed} working days ahead; it was"
            " announced {measured} working days ahead.",
        },
        "Where a period runs into a year whose holidays were not published then, it is counted in the department's"
        " favour.",
    ),
    "R-L03": English(
        "Renewal not decided in time",
        {
            "lapsed": "The renewal of licence {licence} was not decided before it expired and counts as granted: from"
            " the application to the expiry there were {measured} working days; the statutory limit is {statutory}.",
        },
    ),
    "R-M01": English(
        "Intermediary imposed", "An intermediary was imposed, openly or not.",
        waits_for="the platform of intermediaries",
    ),
    "R-O01": English(
        "Handled outside the system",
        {
            "result": "The department reports a decision or a licence, and this platform has no such case.",
            "act": "The department reports work in progress, and this platform has no such case.",
            "unbegun": "A connected system reported a decision or a licence but never receipt or acceptance, and this"
            " platform has no such case.",
            "before": "What the department reports was done {measured} days before this platform received the"
            " application: handled first, entered later.",
        },
        "Only what departments report is seen; what is neither reported nor entered must be found from registers of"
        " licences, the treasury and archives.",
    ),
    "R-O02": English(
        "Entered afterwards",
        {
            "late": "Recorded {measured} working days after the act; {allowed} are allowed.",
            "bulk": "All steps were entered within {measured} seconds, fewer than {allowed}.",
            "after": "Step “{step}” was entered only after the decision.",
        },
    ),
    "R-O03": English(
        "Dates differ",
        {
            "accepted": "The day of acceptance differs from the day the system recorded.",
            "decided": "The day of the decision differs from the day the system recorded.",
            "step": "The day step “{step}” was concluded differs from the day the system recorded.",
        },
    ),
    "R-O04": English(
        "Examined before acceptance", "{survey} was before acceptance.",
        "Inspections that a department makes without reporting them are not seen.",
    ),
    "R-O05": English(
        "Accepted twice",
        {
            "twice": "The same item of the same applicant was accepted at the hall ({place}) and by the department's"
            " system, {apart} (within {allowed} days it counts as one application).",
            "early": "The department's system had accepted the case before the hall did.",
        },
        "Where the department does not report the applicant, or the applicant was not yet registered here, two"
        " applications are not seen to be one person's.",
    ),
    "R-O06": English(
        "Decided in a heap", "One person made {measured} decisions within a minute; {allowed} are allowed.",
        "Signing reviewed cases in a batch looks the same; only decisions are looked at, not how well they were"
        " reviewed.",
    ),
    "R-O07": English(
        "No cases, sudden fall",
        "There were {allowed} cases in the twelve months before, and none in the latest months in a row.",
        "Seasonal items, changes of policy and closures look the same.",
    ),
    "R-O08": English(
        "Gap in serial numbers", "{measured} numbers are missing before licence number {place}.",
        "Voided numbers that are not reported look missing; only numbers that end in a serial number are looked at.",
    ),
    "R-O09": English(
        "Withdrawn and filed again",
        "The same item of the same applicant was withdrawn {measured} working days before the promised day (within"
        " {allowed} is looked at) and filed again, so that the limit began anew.",
        "Applicants who withdraw by themselves look the same; who wanted it is not seen: the department is only asked"
        " to find out.",
    ),
    "R-O10": English(
        "Suspended at the line",
        "A special procedure began only on working day {measured} after acceptance, with a promised limit of {allowed}"
        " working days, and stopped the clock.",
        "A hearing or test that is needed may be known only late; only the first one, and promises in working days, are"
        " looked at.",
    ),
    "R-N01": English(
        "Departments connected",
        "Not connected: no post is held and no system is connected. {allowed} departments of the division should be;"
        " {measured} are.",
        "Looks at posts and connected systems, not at use: that is the share of use.",
    ),
    "R-N02": English(
        "Share of use", "Of {allowed} recent cases {measured} were handled on this platform.",
        "What a department does not report is not seen.",
    ),
    "R-N03": English(
        "Items online",
        "Online filing is not open. {allowed} items of the department should be online; {measured} are.",
        "Looks at the channels that the standard names, not at whether filing online really works.",
    ),
}  # fmt: skip


def write_sentence(rule: Rule, at: str, measured: int | None, allowed: int | None, names: Names = NO_NAMES) -> str:
    """What a hit says in English; names of steps, materials and fees stay those of the data."""
    english = ENGLISH[rule.code]
    return rule.fill(english.says, at, measured, allowed, names, VALUES.say) or english.title


def cite(basis: str) -> str:
    """A basis for readers of English: laws by their English names, articles by number; what is no article stays."""
    for law, name in _LAWS.items():
        basis = basis.replace(f"《{law}》", name)
    basis = re.sub("第[三四]部分第（(.)）项", lambda m: f" part {_read(m[0][1])} ({_read(m[1])})", basis)
    for pattern, said in _UNITS:
        basis = re.sub(pattern.format(_NUMBER), lambda m, said=said: said.format(_read(m[1])), basis)  # type: ignore[misc]
    words = {"流程固化": ", fixed process", "受审分离": ", acceptance apart from review", "、": ", ", "；": "; "}
    for chinese, word in words.items():
        basis = basis.replace(chinese, word)
    return re.sub(" +", " ", basis.replace(",  art", ", art")).strip()


def _read(number: str) -> int:
    """A Chinese number below a thousand."""
    hundreds, _, rest = number.partition("百") if "百" in number else ("", "", number)
    tens, ten, ones = rest.rpartition("十")
    value = 100 * _DIGITS.index(hundreds) if hundreds else 0
    if ten:
        value += 10 * (_DIGITS.index(tens.strip("零")) if tens.strip("零") else 1)
    return value + (_DIGITS.index(ones.strip("零")) if ones.strip("零") else 0)
