"""The form of every act an officer may do: one small class per command, in the order of a case's life.

No rule: what must be filled in is said by the door; `required` here only spares a round trip where it always refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from yichuang.aggregates.acts import Offer
from yichuang.cases.core import commands as co
from yichuang.cases.core.clocks import stops_clock
from yichuang.cases.core.gaps import list_tolerable
from yichuang.cases.core.outcome import METHODS
from yichuang.cases.core.review import sendable
from yichuang.cases.core.state import Stage
from yichuang.cases.core.undoing import GROUNDS
from yichuang.catalog.standard import StepKind
from yichuang.catalog.terms import terms_of
from yichuang.faces.dates import DayField
from yichuang.faces.desk.fields import FORMS, ActForm, Matter, bases, checkable, form_for, needed
from yichuang.faces.desk.late_forms import late_reason
from yichuang.faces.fields import choice, demanded, files, short, text, tick, ticks, words_of
from yichuang.faces.licence_words import words_of_licence
from yichuang.faces.naming import NUMBER_TYPES, find_named
from yichuang.faces.telling import VERDICTS
from yichuang.faces.web import day
from yichuang.faces.whys import OF_FIELDS, list_phrases, write_whys
from yichuang.licences.service import list_choices

__all__ = ["FORMS"]

# --- up to acceptance -------------------------------------------------------------------------------------------------


@form_for(co.PreReview)
class PreReviewForm(ActForm):
    notice = "预审意见供申请人参考，不影响受理时限的计算。"

    def build(self) -> dict[str, forms.Field]:
        return {
            "passed": choice("预审结论", [("yes", "通过"), ("no", "不通过")]),
            "opinion": demanded(text("预审意见"), "不通过的必填"),
        }

    def content(self) -> dict[str, Any]:
        return super().content() | {"passed": self.cleaned_data["passed"] == "yes"}


@form_for(co.Receive)
class ReceiveForm(ActForm):
    notice = "收件即出具申请材料接收凭证，受理时限自收到之日起算。"

    def build(self) -> dict[str, forms.Field]:
        return {"originals": ticks("已核对原件的材料", checkable(self.matter), hint="只勾选当场看过原件的。")}


@form_for(co.NameLicence)
class NameLicenceForm(ActForm):
    kind = "secondary"
    notice = "本件是选择证照之前提出的申请，没有指定针对哪一张证照；指定以后才能作出准予的决定。"

    def build(self) -> dict[str, forms.Field]:
        case = self.matter.case
        known = list_choices(case.subject, self.matter.standard, case.situation)
        options = [(str(one.held.id), words_of_licence(one)) for one in known]
        return {"licence": choice("针对哪一张证照", options, hint="列出的是申请人就本事项持有的证照。")}


@form_for(co.AskCorrection)
class AskCorrectionForm(ActForm):
    notice = "只能告知一次：需要补正的全部内容都在这里勾选齐全，每一项写明原因。"

    def build(self) -> dict[str, forms.Field]:
        filled, materials = self.matter.filled, self.matter.standard.materials
        fields = [
            (f"{s.code}.{f.name}" if s.repeat else f.name, f"{s.title}·{f.label}")
            for s in self.matter.standard.form.sections
            for f in s.fields
            if (s.code if s.repeat else f.name) in filled or (f.required and s.when is None and f.when is None)
        ]
        return {
            "materials": self._with_whys(
                demanded(ticks("需要补正的材料", needed(self.matter)), "和表单内容至少勾选一项"),
                {m.code: list_phrases(m) for m in materials},
            ),
            "fields": self._with_whys(demanded(ticks("需要改正的表单内容", fields), "和材料至少勾选一项"), {}),
            "reason": demanded(text("逐项说明缺什么、哪里不符合、怎样补"), "有一项没有单独写原因的必填"),
        }

    def _with_whys(self, field: forms.MultipleChoiceField, phrases: Mapping[str, tuple[str, ...]]) -> forms.Field:
        """The field with a reason beside each choice: its name in the form, what was written, phrases for it."""
        field.whys = {  # type: ignore[attr-defined]
            code: {
                "name": name,
                "value": self.data.get(name, "").strip()[:200],
                "phrases": phrases.get(code, OF_FIELDS),
            }
            for code in words_of(field)
            for name in [f"{self.prefix}-why-{code}"]
        }
        return field

    def clean(self) -> dict[str, Any]:
        """The reasons become the one text of the notice, which says something of every thing asked for."""
        data = self.cleaned_data
        asked = [(self.fields[name], code) for name in ("materials", "fields") for code in data.get(name, ())]
        whys = [(words_of(field)[code], field.whys[code]["value"]) for field, code in asked]  # type: ignore[attr-defined]
        if not data.get("reason") and not (whys and all(why for _, why in whys)):
            self.add_error("reason", "请给勾选的每一项写明原因，或者在这里逐项说明。")
        data["reason"] = write_whys([(name, why) for name, why in whys if why], data.get("reason", ""))
        return data

    def __init__(self, matter: Matter, offer: Offer, data: Any = None, sent: Any = None) -> None:
        super().__init__(matter, offer, data, sent)
        self.fields["materials"].initial = list(matter.case.missing)


@form_for(co.PromiseGaps)
class PromiseGapsForm(ActForm):
    kind = "secondary"
    notice = "只用于非关键材料欠缺或者有瑕疵。登记后出具承诺书，再办理受理；没有补齐以前不能准予。"

    def build(self) -> dict[str, forms.Field]:
        case, standard = self.matter.case, self.matter.standard
        later = list_tolerable(case, standard)
        named = [(m.code, m.name) for m in standard.materials if m.code in later]
        last = [(str(n), f"{n}个工作日，今天受理的到{day(on)}") for n, on in enumerate(self.matter.gap_days, start=1)]
        materials = ticks("承诺后补的材料", named, hint="欠缺的都要勾选，有瑕疵的一并勾选。")
        materials.initial = [code for code in case.missing if code in later]
        return {
            "materials": demanded(materials, "至少勾选一份"),
            "days": choice("自受理之日起几个工作日内补齐", last),
            "paper": choice("书面承诺", [("yes", "已核对身份，收存了签名的承诺书"), ("no", "没有")]),
            "signer": short("签名人"),
        }

    def content(self) -> dict[str, Any]:
        sent = self.cleaned_data
        return super().content() | {"paper": sent["paper"] == "yes", "days": int(sent["days"])}


@form_for(co.CheckGap)
class CheckGapForm(ActForm):
    def build(self) -> dict[str, forms.Field]:
        gaps = self.matter.case.gaps
        handed = gaps.handed if gaps else ()
        named = [(m.code, m.name) for m in self.matter.standard.materials if m.code in handed]
        return {
            "material": choice("补交的材料", named),
            "passed": choice("核对的结果", [("yes", "合格"), ("no", "不合格")]),
            "reason": demanded(text("理由和怎样补", hint="将告知申请人。"), "不合格的必填"),
        }

    def content(self) -> dict[str, Any]:
        return super().content() | {"passed": self.cleaned_data["passed"] == "yes"}


@form_for(co.Accept)
class AcceptForm(ActForm):
    notice = "受理后出具受理通知书，承诺时限和法定时限同时起算。受理人此后不能参加本件的审查和决定。"


@form_for(co.Decline)
class DeclineForm(ActForm):
    kind = "warning"

    def build(self) -> dict[str, forms.Field]:
        outcomes = (Stage.NOT_ACCEPTED, Stage.NOT_REQUIRED, Stage.NO_JURISDICTION)
        return {
            "outcome": choice("种类", [(o.value, o.label) for o in outcomes]),
            **_falsified(self.matter),
            "reason": text("理由"),
            "competent": demanded(short("应当向哪个机关申请"), "不属本机关职权的必填"),
            "bases": demanded(ticks("依据（已公布的）", bases(self.matter)), "选“不予受理”的至少勾选一条"),
        }


def _falsified(matter: Matter) -> dict[str, forms.Field]:
    """What is asked of a refusal after an allegation."""
    if not matter.case.allegation:
        return {}
    barred = "，申请人一年内不得再次申请" if terms_of(matter.standard.item).safety else ""
    hint = f"认定的，给予警告{barred}（行政许可法第七十八条）。"
    return {"falsified": tick("认定隐瞒有关情况或者提供虚假材料", hint=hint)}


@form_for(co.AllegeFalsehood)
class AllegeFalsehoodForm(ActForm):
    kind = "warning"
    notice = "出具权利告知书，申请人可以陈述申辩；时限照常运行。不予受理或者不予许可时，才能据此认定并给予警告。"

    def build(self) -> dict[str, forms.Field]:
        hint = "写明是哪一项陈述或者材料、查明了什么；写进告知书，申请人会看到，不要写举报人。"
        return {"reason": text("查明的事实和理由", hint=hint)}


@form_for(co.AnswerAllegation)
class AnswerAllegationForm(ActForm):
    button = "登记陈述申辩"
    notice = "申请人到窗口陈述申辩的，在这里如实登记；登记以后即可作出决定。"

    def build(self) -> dict[str, forms.Field]:
        return {"statement": text("陈述申辩的内容", hint="放弃的，写明“放弃陈述申辩”。")}


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
        fields: dict[str, forms.Field] = {"verdict": choice("结论", verdicts)}
        others = self.matter.colleagues(step.code)
        if step.officers > 1:
            hint = f"本环节应当由{step.officers}名以上工作人员进行（行政许可法第三十四条第三款），您本人已计入。"
            fields["officers"] = demanded(ticks("同行人员", others, hint=hint), f"至少勾选{step.officers - 1}人")
        fields["opinion"] = demanded(text("意见"), "不通过、不同意的必填")
        hint = "不通过、不同意的勾选所依据的条款，作出决定时列出供引用。"
        fields["bases"] = ticks("依据（已公布的）", bases(self.matter), hint=hint)
        return fields


@form_for(co.SendBack)
class SendBackForm(ActForm):
    kind = "secondary"
    notice = "退回后时限照常运行；退回到的环节及其后各环节要重新办理。"

    def build(self) -> dict[str, forms.Field]:
        matter = self.matter
        done = sendable(matter.case, matter.standard, self.offer.step)
        return {
            "to": choice("退回到", [(code, matter.step(code).name) for code in done]),
            "reason": text("退回理由"),
        }


@form_for(co.Assign)
class AssignForm(ActForm):
    kind = "secondary"

    def build(self) -> dict[str, forms.Field]:
        matter = self.matter
        colleagues = matter.colleagues(self.offer.step)
        step = matter.step(self.offer.step)
        own = (f"{matter.standard.division}/{step.department}", step.post.value)
        if matter.actor.person in matter.present.get(own, ()):
            colleagues = [(matter.actor.person, "我本人"), *colleagues]
        return {
            "person": choice("交给", colleagues, hint="列出的是今天在本环节岗位上的人员。"),
            "reason": text("交接说明", required=False),
        }


@form_for(co.StartSpecial)
class StartSpecialForm(ActForm):
    kind = "secondary"
    notice = "只有法定种类的特别程序才停止计时；所需时间将书面告知申请人（行政许可法第四十五条）。"

    def build(self) -> dict[str, forms.Field]:
        kinds = [(k.value, k.label) for k in StepKind if stops_clock(self.matter.standard, k)]
        words = {"required": "请填写“预计完成日期”。", "invalid": "日期应当写成 2018-03-12 的样子。"}
        until = DayField(label="预计完成日期", widget=forms.DateInput(attrs={"type": "date"}), error_messages=words)
        return {"kind": choice("种类", kinds), "until": until, "reason": text("原因和所需时间")}

    def content(self) -> dict[str, Any]:
        until: date = self.cleaned_data["until"]
        return super().content() | {"until": until}


@form_for(co.EndSpecial)
class EndSpecialForm(ActForm):
    notice = "自次日起恢复计时。"

    def build(self) -> dict[str, forms.Field]:
        running = [
            (id, f"{StepKind(s.kind).label}（{s.on}起）")
            for id, s in self.matter.case.specials.items()
            if s.ended is None
        ]
        return {"special": choice("结束哪一项", running), "result": text("结果", required=False)}


@form_for(co.Extend)
class ExtendForm(ActForm):
    def build(self) -> dict[str, forms.Field]:
        allowed = self.matter.standard.statutory_extension or self.matter.standard.procedure.extension
        unit = f"最长{allowed.label}，只能一次（行政许可法第四十二条第一款）。" if allowed else ""
        words = {"required": "请填写“延长多少”。", "invalid": "请填写整数。"}
        days = forms.IntegerField(label="延长多少", help_text=unit, error_messages=words)
        return {"days": days, "reason": text("延期理由", hint="将告知申请人。")}


@form_for(co.Rebind)
class RebindForm(ActForm):
    kind = "secondary"

    def build(self) -> dict[str, forms.Field]:
        versions = [(key, f"第{key.rpartition('/')[2]}版") for key in self.matter.versions]
        return {
            "standard": choice("改按哪一版", versions, hint="" if versions else "本事项没有其他已发布的版本。"),
            "decision": text("决定文号和理由"),
        }


@form_for(co.ChargeFee)
class ChargeFeeForm(ActForm):
    def due(self) -> dict[str, int]:
        case = self.matter.case
        return {code: fen for code, fen in case.due_fees.items() if fen and code not in case.charges}

    def build(self) -> dict[str, forms.Field]:
        names = {f.code: f"{f.name}（{f.standard}）" for f in self.matter.standard.fees}
        charges = [(code, f"{names.get(code, code)}：{fen / 100:,.2f}元") for code, fen in self.due().items()]
        return {"fee": choice("收费项目", charges, hint="金额由公布的标准算出，不能改。")}

    def content(self) -> dict[str, Any]:
        fee = self.cleaned_data["fee"]
        return {"fee": fee, "amount": self.matter.case.due_fees.get(fee, 0)}


@form_for(co.PayFee)
class PayFeeForm(ActForm):
    button = "登记缴费"

    def due(self) -> dict[str, int]:
        return {
            code: charge.amount
            for code, charge in self.matter.case.charges.items()
            if not charge.paid and not charge.waived
        }

    def build(self) -> dict[str, forms.Field]:
        names = {f.code: f.name for f in self.matter.standard.fees}
        charges = [(code, f"{names.get(code, code)}：{fen / 100:,.2f}元") for code, fen in self.due().items()]
        return {"fee": choice("缴费项目", charges), "receipt": short("缴费凭证号", hint="窗口收取现金或刷卡的票据号。")}

    def content(self) -> dict[str, Any]:
        charge = self.matter.case.charges.get(self.cleaned_data["fee"])
        return super().content() | {"amount": charge.amount if charge else 0}


# --- decision and after -----------------------------------------------------------------------------------------------


@form_for(co.Decide)
class DecideForm(ActForm):
    def build(self) -> dict[str, forms.Field]:
        known = bases(self.matter)
        cited = ticks("依据（已公布的）", known, hint="文书只引用勾选的；审查意见引用的已经勾好。")
        return {
            "granted": choice("决定", [("yes", "准予"), ("no", "不予")]),
            **_falsified(self.matter),
            "bases": demanded(cited, "不予的至少勾选一条"),
            "reason": demanded(text("理由", hint="不予的，决定书写明理由并告知救济途径。"), "不予的必填"),
            **late_reason(self.matter),
        }

    def __init__(self, matter: Matter, offer: Offer, data: Any = None, sent: Any = None) -> None:
        super().__init__(matter, offer, data, sent)
        self.fields["bases"].initial = list(matter.cited)

    def content(self) -> dict[str, Any]:
        return super().content() | {"granted": self.cleaned_data["granted"] == "yes"}


@form_for(co.MakeCertificate)
class MakeCertificateForm(ActForm):
    notice = "按标准公布的证照种类和有效期制作，编号自动生成。"


@form_for(co.Deliver)
class DeliverForm(ActForm):
    notice = "送达即办结。"

    def build(self) -> dict[str, forms.Field]:
        return {
            "method": choice("送达方式", list(METHODS.items()), many=6),
            "recipient": demanded(short("收件人（签收人）"), "电子、公告送达以外的必填"),
            "evidence": files("签名的送达回证（扫描件）", required=False, hint="送达前可以打印回证，请受送达人签名。"),
        }


@form_for(co.Terminate)
class TerminateForm(ActForm):
    kind = "warning"

    def build(self) -> dict[str, forms.Field]:
        return {"reason": text("终止的理由"), **late_reason(self.matter)}


# --- undoing and mending ----------------------------------------------------------------------------------------------


@form_for(co.RevokeAcceptance)
class RevokeAcceptanceForm(ActForm):
    kind = "warning"
    notice = "只在尚无环节办结时可以撤销。出具撤销受理决定书，告知救济途径；已缴的费用由收费岗退还。"

    def build(self) -> dict[str, forms.Field]:
        cited = ticks("依据（已公布的）", bases(self.matter), hint="不勾选则引用受理所依据的条款。")
        reason = text("撤销受理的理由", hint="将告知申请人。")
        return {"reason": reason, "bases": cited, **late_reason(self.matter)}


@form_for(co.CorrectOpinion)
class CorrectOpinionForm(ActForm):
    kind = "secondary"
    notice = "原意见留在账本，自此以更正后的为准；将告知申请人意见已更正。其后的环节已经办结的，请改用退回。"

    def build(self) -> dict[str, forms.Field]:
        opinion = self.matter.step(self.offer.step).kind is StepKind.OPINION
        verdicts = ("agree", "disagree") if opinion else ("pass", "fail")
        return {
            "verdict": choice("更正后的结论", [(v, VERDICTS[v]) for v in verdicts]),
            "opinion": demanded(text("更正后的意见"), "不通过、不同意的必填"),
            "reason": text("更正的理由"),
        }


@form_for(co.CorrectApplicant)
class CorrectApplicantForm(ActForm):
    kind = "secondary"
    notice = "更正后原申请人不再看到本件，也不会得知现申请人是谁；原申请人的证照不再作为材料。出具更正通知书。"

    def build(self) -> dict[str, forms.Field]:
        return {
            "type": choice("证件种类", NUMBER_TYPES, many=20),
            "number": short("正确的证件号码", hint="号码没有错的，填原来的号码。"),
            "name": short("正确的姓名或单位名称"),
            "reason": text("更正的理由", hint="写明错在哪里；不告知申请人。"),
        }

    def content(self) -> dict[str, Any]:
        """Whoever has this number, if they are known by this name; the name of the case's own applicant may be new."""
        data = self.cleaned_data
        subject = find_named(self.matter.actor, data["type"], data["number"], data["name"], self.matter.case.subject)
        return {"subject": subject, "name": data["name"], "reason": data["reason"]}


@form_for(co.RefundFee)
class RefundFeeForm(ActForm):
    kind = "secondary"
    button = "登记退费"
    notice = "全额退还，出具退费通知书。误缴的仍应缴纳；其余的不再收取。"

    def build(self) -> dict[str, forms.Field]:
        names = {f.code: f.name for f in self.matter.standard.fees}
        paid = [
            (code, f"{names.get(code, code)}：{charge.amount / 100:,.2f}元（凭证 {charge.paid}）")
            for code, charge in self.matter.case.charges.items()
            if charge.paid
        ]
        return {
            "fee": choice("退还的收费项目", paid),
            "ground": choice("退费的原因", list(GROUNDS.items())),
            "voucher": short("退费凭证号", hint="退回款项的票据号或流水号。"),
            "reason": text("退费的理由", hint="将告知申请人。"),
        }


@form_for(co.TakeWithdrawal)
class TakeWithdrawalForm(ActForm):
    kind = "warning"
    notice = "登记后本件终止办理，出具撤回申请确认书。"

    def build(self) -> dict[str, forms.Field]:
        held = [("yes", "已核对身份，收存了签名的书面撤回申请"), ("no", "没有")]
        return {
            "paper": choice("书面撤回申请", held),
            "signer": short("签名人"),
            "reason": text("撤回的理由", required=False),
        }

    def content(self) -> dict[str, Any]:
        return super().content() | {"paper": self.cleaned_data["paper"] == "yes"}
