"""What the desk asks once the last day of the law has passed: the form of 说明超期原因, and the field that a decision
or another end then has. Nothing of it is shown before.
"""

from __future__ import annotations

from datetime import date

from django import forms

from yichuang.cases.core import commands as co
from yichuang.cases.core.lateness import CLAUSE, REASON
from yichuang.faces.desk.fields import ActForm, Matter, form_for
from yichuang.faces.fields import text
from yichuang.kernel.clock import format_day


def late_reason(matter: Matter) -> dict[str, forms.Field]:
    """The field of an act that ends a case, where it is late."""
    if matter.lateness is None:
        return {}
    due, given = matter.lateness.due, bool(matter.case.late_reason)
    more = "此前已经说明，没有变化的可以不填。" if given else ""
    return {"late_reason": _reason(due, required=not given, more=more)}


@form_for(co.ExplainLateness)
class ExplainLatenessForm(ActForm):
    def build(self) -> dict[str, forms.Field]:
        late = self.matter.lateness
        return {"reason": _reason(late.due)} if late else {"reason": text(REASON.label)}


def _reason(due: date, *, required: bool = True, more: str = "") -> forms.CharField:
    passed = f"法定办理期限已于{format_day(due)}届满，应当公开说明超期的原因（{CLAUSE}）。"
    public = f"申请人会收到，“超时办件公开”里人人可见：不要写姓名、号码等个人信息。最多{REASON.most}个字。"
    field = text(REASON.label, required=required, hint=f"{passed}{public}{more}")
    field.error_messages["required"] = passed
    return field
