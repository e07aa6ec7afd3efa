"""Which fields each act's form has, with Chinese labels: one small form per command. No rule: the door decides.

A form offers only what the case and its standard know (materials, bases, steps, fees, officers present). What it
sends is plain data for `cases.prepare`; a refusal of the door comes back to the field it speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from yichuang.cases.codec import COMMANDS
from yichuang.cases.core import commands as co
from yichuang.cases.core.clocks import stops_clock
from yichuang.cases.core.decide import Offer
from yichuang.cases.core.outcome import METHODS
from yichuang.cases.core.refusal import Refused
from yichuang.cases.core.review import sendable
from yichuang.cases.core.state import Case, Stage
from yichuang.catalog.standard import Standard, Step, StepKind
from yichuang.ledger.actor import Actor

NAMES = {cls: name for name, cls in COMMANDS.items()}


@dataclass(frozen=True, slots=True)
class Matter:
    """What the forms of one case choose from."""

    case: Case
    standard: Standard
    actor: Actor
    names: dict[str, str]  # officers by person
    present: dict[tuple[str, str], tuple[str, ...]]  # (department, kind of post) → persons present today
    versions: tuple[str, ...] = ()  # other published versions of the item
    filled: frozenset[str] = frozenset()  # fields and groups of the form with a value

    def step(self, code: str) -> Step:
        return self.standard.step(code)

    def colleagues(self, code: str) -> list[tuple[str, str]]:
        """Who may act on a step besides the actor; never who took the case in (受审分离)."""
        step = self.step(code)
        found = self.present.get((f"{self.standard.division}/{step.department}", step.post.value), ())
        return [(p, self.names.get(p, p)) for p in found if p != self.actor.person and p not in self.case.intake]


def text(label: str, *, required: bool = True, hint: str = "") -> forms.CharField:
    words = {"required": f"请填写“{label}”。"}
    return forms.CharField(
        label=label, required=required, help_text=hint, widget=forms.Textarea, error_messages=words, strip=True
    )


def short(label: str, *, required: bool = True, hint: str = "") -> forms.CharField:
    words = {"required": f"请填写“{label}”。"}
    return forms.CharField(label=label, required=required, help_text=hint, error_messages=words, max_length=200)


Choices = list[tuple[str, str]]


def one(label: str, choices: Choices, *, required: bool = True, hint: str = "", many: int = 5) -> forms.ChoiceField:
    """Radios for a few choices, a list to open for more than `many`."""
    few = len(choices) <= many
    shown = choices if few else [("", "请选择"), *choices]
    words = {"required": f"请选择“{label}”。", "invalid_choice": f"请从“{label}”列出的选项中选择。"}
    return forms.ChoiceField(
        label=label,
        choices=shown,
        required=required,
        help_text=hint,
        widget=forms.RadioSelect if few else forms.Select,
        error_messages=words,
    )


def ticks(label: str, choices: Choices, *, required: bool = False, hint: str = "") -> forms.MultipleChoiceField:
    words = {"required": f"请勾选“{label}”。", "invalid_choice": f"请从“{label}”列出的选项中勾选。"}
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=required,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple,
        error_messages=words,
    )


class ActForm(forms.Form):
    """The form of one act on one case or step. Without fields of its own it is a button."""

    command: ClassVar[type[Any]]
    button: ClassVar[str] = ""  # empty: the act's own label
    notice: ClassVar[str] = ""  # what the officer should know before sending
    kind: ClassVar[str] = ""  # of the button
    use_required_attribute = False

    def __init__(self, matter: Matter, offer: Offer, data: Any = None) -> None:
        self.matter, self.offer = matter, offer
        super().__init__(data, prefix=self.key(offer))
        self.fields.update(self.build())
        self.told: Refused | None = None

    @staticmethod
    def key(offer: Offer) -> str:
        return NAMES[offer.command] + (f"-{offer.step}" if offer.step else "")

    def build(self) -> dict[str, forms.Field]:
        return {}

    @property
    def lacks(self) -> str:
        """The label of a field that must be chosen and has nothing to choose from: then the form can't be sent."""
        fields = ((str(f.label), f) for f in self.fields.values() if f.required and isinstance(f, forms.ChoiceField))
        return next((label for label, field in fields if not any(words_of(field))), "")

    def recall(self) -> None:
        """Take what was sent as it was sent: the case has moved on and its choices with it, the door will say so."""
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                sent = self.data.getlist(self.add_prefix(name)) if isinstance(self.data, QueryDict) else []
                known = words_of(field)
                field.choices = [(v, known.get(v, v)) for v in sent]

    def content(self) -> dict[str, Any]:
        """Plain data for `prepare`."""
        out = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        return out | ({"step": self.offer.step} if self.offer.step else {})

    def refuse(self, refused: Refused) -> None:
        """Put what the door said beside the field it speaks of, else above the form."""
        self.told = refused
        name = _SPEAKS_OF.get(refused.code, "")
        self.add_error(name if name in self.fields else None, refused.message)

    def given(self) -> list[tuple[str, str]]:
        """(label, words) of what was filled in: kept before the reader's eyes when the act is no longer offered."""
        out = []
        for field in self:
            value = field.value()
            values = value if isinstance(value, list) else [value]
            words = words_of(field.field)
            said = "、".join(str(words.get(v, v)) for v in values if v)
            if said:
                out.append((str(field.label), said))
        return out


_SPEAKS_OF = {
    "reason-missing": "reason",
    "opinion-missing": "opinion",
    "too-few-officers": "officers",
    "not-a-holder": "officers",
    "unknown-verdict": "verdict",
    "unknown-special": "kind",
    "does-not-stop-clock": "kind",
    "until-past": "until",
    "extension-too-long": "days",
    "competent-missing": "competent",
    "unknown-outcome": "outcome",
    "basis-not-published": "bases",
    "basis-missing": "bases",
    "nothing-listed": "materials",
    "material-not-listed": "materials",
    "receipt-missing": "receipt",
    "unknown-method": "method",
    "recipient-missing": "recipient",
    "condition-not-met": "granted",
    "not-a-predecessor": "to",
    "steps-differ": "standard",
}
FORMS: dict[type[Any], type[ActForm]] = {}


def words_of(field: forms.Field) -> dict[str, str]:
    """What each choice of a field says; none for a field without choices."""
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    return {str(value): str(words) for value, words in choices}


def form_for(command: type[Any]) -> Any:
    """Register a form under its command. Raises ValueError when the command has one already."""

    def register(cls: type[ActForm]) -> type[ActForm]:
        if command in FORMS:
            raise ValueError(f"{command.__name__} has two forms")
        cls.command = command
        FORMS[command] = cls
        return cls

    return register


def needed(matter: Matter) -> Choices:
    """The materials this case needs, by code."""
    return [(m.code, m.name) for m in matter.standard.materials if m.code in matter.case.needed]


def bases(standard: Standard) -> Choices:
    """The published bases of the standard: nothing else may be cited (3.5h)."""
    return [(words, words) for words in dict.fromkeys(f"{b.law} {b.article}" for b in standard.bases)]


# --- up to acceptance -------------------------------------------------------------------------------------------------


@form_for(co.PreReview)
class PreReviewForm(ActForm):
    notice = "预审意见供申请人参考,不影响受理时限的计算。"

    def build(self) -> dict[str, forms.Field]:
        return {
            "passed": one("预审结论", [("yes", "通过"), ("no", "不通过")]),
            "opinion": text("预审意见", required=False, hint="不通过的必须写明。"),
        }

    def content(self) -> dict[str, Any]:
        return super().content() | {"passed": self.cleaned_data["passed"] == "yes"}


@form_for(co.Receive)
class ReceiveForm(ActForm):
    notice = "收件即出具申请材料接收凭证,受理时限自收到之日起算。"

    def build(self) -> dict[str, forms.Field]:
        return {"originals": ticks("已核对原件的材料", needed(self.matter), hint="只勾选当场看过原件的。")}


@form_for(co.AskCorrection)
class AskCorrectionForm(ActForm):
    notice = "只能告知一次:需要补正的全部内容都在这里勾选齐全。"

    def build(self) -> dict[str, forms.Field]:
        filled = self.matter.filled
        fields = [
            (f"{s.code}.{f.name}" if s.repeat else f.name, f"{s.title}·{f.label}")
            for s in self.matter.standard.form.sections
            for f in s.fields
            if (s.code if s.repeat else f.name) in filled or (f.required and s.when is None and f.when is None)
        ]
        return {
            "materials": ticks("需要补正的材料", needed(self.matter)),
            "fields": ticks("需要改正的表单内容", fields),
            "reason": text("逐项说明缺什么、哪里不符合、怎样补"),
        }

    def __init__(self, matter: Matter, offer: Offer, data: Any = None) -> None:
        super().__init__(matter, offer, data)
        self.fields["materials"].initial = list(matter.case.missing)


@form_for(co.Accept)
class AcceptForm(ActForm):
    notice = "受理后出具受理通知书,承诺时限和法定时限同时起算。受理人此后不能参加本件的审查和决定。"


@form_for(co.Decline)
class DeclineForm(ActForm):
    kind = "warning"

    def build(self) -> dict[str, forms.Field]:
        outcomes = (Stage.NOT_ACCEPTED, Stage.NOT_REQUIRED, Stage.NO_JURISDICTION)
        return {
            "outcome": one("种类", [(o.value, o.label) for o in outcomes]),
            "reason": text("理由"),
            "competent": short("应当向哪个机关申请", required=False, hint="不属本机关职权的必须写明。"),
            "bases": ticks("依据(已公布的)", bases(self.matter.standard)),
        }


# --- from acceptance to the decision ----------------------------------------------------------------------------------


@form_for(co.Conclude)
class ConcludeForm(ActForm):
    def build(self) -> dict[str, forms.Field]:
        step = self.matter.step(self.offer.step)
        verdicts = (
            [("agree", "同意"), ("disagree", "不同意")]
            if step.kind is StepKind.OPINION
            else [("pass", "通过"), ("fail", "不通过")]
        )
        fields: dict[str, forms.Field] = {"verdict": one("结论", verdicts)}
        others = self.matter.colleagues(step.code)
        if step.officers > 1:
            hint = f"本环节应当由{step.officers}名以上工作人员进行(行政许可法第三十四条第三款),您本人已计入。"
            fields["officers"] = ticks("同行人员", others, hint=hint)
        fields["opinion"] = text("意见", required=False, hint="不通过、不同意的必须写明理由。")
        return fields


@form_for(co.SendBack)
class SendBackForm(ActForm):
    kind = "secondary"
    notice = "退回后时限照常运行;退回到的环节及其后各环节要重新办理。"

    def build(self) -> dict[str, forms.Field]:
        matter = self.matter
        done = sendable(matter.case, matter.standard, self.offer.step)
        return {
            "to": one("退回到", [(code, matter.step(code).name) for code in done]),
            "reason": text("退回理由"),
        }


@form_for(co.Assign)
class AssignForm(ActForm):
    kind = "secondary"

    def build(self) -> dict[str, forms.Field]:
        matter = self.matter
        found = matter.colleagues(self.offer.step)
        step = matter.step(self.offer.step)
        own = (f"{matter.standard.division}/{step.department}", step.post.value)
        if matter.actor.person in matter.present.get(own, ()):
            found = [(matter.actor.person, "我本人"), *found]
        return {
            "person": one("交给", found, hint="列出的是今天在本环节岗位上的人员。"),
            "reason": text("交接说明", required=False),
        }


@form_for(co.StartSpecial)
class StartSpecialForm(ActForm):
    kind = "secondary"
    notice = "只有法定种类的特别程序才停止计时;所需时间将书面告知申请人(行政许可法第四十五条)。"

    def build(self) -> dict[str, forms.Field]:
        kinds = [(k.value, k.label) for k in StepKind if stops_clock(self.matter.standard, k)]
        words = {"required": "请填写“预计完成日期”。", "invalid": "日期应当写成 2018-03-12 的样子。"}
        until = forms.DateField(
            label="预计完成日期", widget=forms.DateInput(attrs={"type": "date"}), error_messages=words
        )
        return {"kind": one("种类", kinds), "until": until, "reason": text("原因和所需时间")}

    def content(self) -> dict[str, Any]:
        until: date = self.cleaned_data["until"]
        return super().content() | {"until": until}


@form_for(co.EndSpecial)
class EndSpecialForm(ActForm):
    notice = "自次日起恢复计时。"

    def build(self) -> dict[str, forms.Field]:
        running = [
            (id, f"{StepKind(s.kind).label}({s.on}起)")
            for id, s in self.matter.case.specials.items()
            if s.ended is None
        ]
        return {"special": one("结束哪一项", running), "result": text("结果", required=False)}


@form_for(co.Extend)
class ExtendForm(ActForm):
    def build(self) -> dict[str, forms.Field]:
        allowed = self.matter.standard.statutory_extension or self.matter.standard.procedure.extension
        unit = f"最长{allowed.label},只能一次(行政许可法第四十二条第一款)。" if allowed else ""
        words = {"required": "请填写“延长多少”。", "invalid": "请填写整数。"}
        days = forms.IntegerField(label="延长多少", help_text=unit, error_messages=words)
        return {"days": days, "reason": text("延期理由", hint="将告知申请人。")}


@form_for(co.Rebind)
class RebindForm(ActForm):
    kind = "secondary"

    def build(self) -> dict[str, forms.Field]:
        versions = [(key, f"第{key.rpartition('/')[2]}版") for key in self.matter.versions]
        return {
            "standard": one("改按哪一版", versions, hint="" if versions else "本事项没有其他已发布的版本。"),
            "decision": text("决定文号和理由"),
        }


@form_for(co.ChargeFee)
class ChargeFeeForm(ActForm):
    def due(self) -> dict[str, int]:
        case = self.matter.case
        return {code: fen for code, fen in case.due_fees.items() if fen and code not in case.charges}

    def build(self) -> dict[str, forms.Field]:
        names = {f.code: f"{f.name}({f.standard})" for f in self.matter.standard.fees}
        found = [(code, f"{names.get(code, code)}:{fen / 100:,.2f}元") for code, fen in self.due().items()]
        return {"fee": one("收费项目", found, hint="金额由公布的标准算出,不能改。")}

    def content(self) -> dict[str, Any]:
        fee = self.cleaned_data["fee"]
        return {"fee": fee, "amount": self.matter.case.due_fees.get(fee, 0)}


@form_for(co.PayFee)
class PayFeeForm(ActForm):
    button = "登记缴费"

    def due(self) -> dict[str, int]:
        return {code: charge.amount for code, charge in self.matter.case.charges.items() if not charge.paid}

    def build(self) -> dict[str, forms.Field]:
        names = {f.code: f.name for f in self.matter.standard.fees}
        found = [(code, f"{names.get(code, code)}:{fen / 100:,.2f}元") for code, fen in self.due().items()]
        return {"fee": one("缴费项目", found), "receipt": short("缴费凭证号", hint="窗口收取现金或刷卡的票据号。")}

    def content(self) -> dict[str, Any]:
        charge = self.matter.case.charges.get(self.cleaned_data["fee"])
        return super().content() | {"amount": charge.amount if charge else 0}


# --- decision and after -----------------------------------------------------------------------------------------------


@form_for(co.Decide)
class DecideForm(ActForm):
    def build(self) -> dict[str, forms.Field]:
        known = bases(self.matter.standard)
        cited = ticks("依据(已公布的)", known, hint="不勾选则引用全部公布依据。")
        return {
            "granted": one("决定", [("yes", "准予"), ("no", "不予")]),
            "bases": cited,
            "reason": text("理由", required=False, hint="不予的必须说明理由,并自动告知救济途径。"),
        }

    def content(self) -> dict[str, Any]:
        return super().content() | {"granted": self.cleaned_data["granted"] == "yes"}


@form_for(co.MakeCertificate)
class MakeCertificateForm(ActForm):
    notice = "按标准公布的证照种类和有效期制作,编号自动生成。"


@form_for(co.Deliver)
class DeliverForm(ActForm):
    notice = "送达即办结。"

    def build(self) -> dict[str, forms.Field]:
        return {
            "method": one("送达方式", list(METHODS.items()), many=6),
            "recipient": short("收件人(签收人)", required=False, hint="电子送达、公告送达可以不填。"),
        }


@form_for(co.Terminate)
class TerminateForm(ActForm):
    kind = "warning"

    def build(self) -> dict[str, forms.Field]:
        return {"reason": text("终止的理由")}
