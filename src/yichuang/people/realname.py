"""The real-name check (用户注册实名化, 3.5c) behind one interface, and the local provider that checks structure only.

The local provider can say that a name and a number are well formed; that they belong together only an outside
provider (公安部门 or the province's 统一身份认证) can say. What was checked is kept as provider and result, no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from yichuang.kernel.codes import resident_id
from yichuang.kernel.codes import uscc as credit_code
from yichuang.kernel.text import clean

LONGEST_NAME = 50
REASONS = {
    "name": "姓名写法不对：请按证件填写汉字姓名，少数民族姓名中间用“·”。",
    "number": "证件号码不对，请对照证件逐位核对。",
    "type": "没有这种证件类型，请从列表中选择。",
    "other_name": "该证件号码在本系统登记的姓名与所填不一致。请核对；确有更名的，请携带证件到窗口办理。",
    "own_other": "您的账号已用另一证件实名认证，不能改绑他人。证件换发的，请携带新旧证件到窗口办理。",
    "unproven": "本站不凭姓名和证件号码认定本人。请带证件原件到综合窗口领取绑定码，再到“我的账号”页填写。",
    "unproven_organisation": (
        "本站不凭单位名称和代码认定法定代表人。请带登记证书和法定代表人证件（或授权委托书和经办人证件）"
        "到综合窗口领取绑定码，由法定代表人在自己的“我的账号”页填写。"
    ),
    "not_head": (
        "该单位登记的法定代表人（负责人）不是您本人；请由法定代表人绑定后给您授权。"
        "法定代表人有变更的，请带新的登记证书到综合窗口更新。"
    ),
    "bound": "该证件号码已绑定其他账号。请用原账号登录，或携带证件到窗口找回。",
}
# 〇, unified ideographs with extensions A to J and the compatibility block; no radicals, no private use
_HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_NAME = re.compile(f"[{_HAN}]{{1,20}}(·[{_HAN}]{{1,20}})*")
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ\u1e00-\u1eff"  # Vietnamese is written with the last of them; documents print all
_LATIN_NAME = re.compile(rf"[{_LATIN}]+([ '’·.-]{{1,2}}[{_LATIN}]+)*\.?")
# Dots that people type for the interpunct of minority names
_DOTS = dict.fromkeys(map(ord, "••・‧∙⋅.．"), "·")
# Shapes of other documents; what their digits mean is their issuer's affair
_SHAPES = {"414": r"[A-Z0-9]{5,15}", "511": r"\d{8}", "516": r"[HM]\d{8}(\d{2})?"}


@dataclass(frozen=True, slots=True)
class RealNameVerdict:
    """The answer of a provider. `reason` is a key of REASONS, empty when passed; `detail` is for the person only."""

    passed: bool
    reason: str = ""
    detail: str = ""

    @property
    def message(self) -> str:
        """The message for the person: the fault and what to do."""
        return self.detail or REASONS.get(self.reason, "")


class Provider(Protocol):
    """An outside service that knows people. `proves`: a pass shows that the visitor is the person named (by face, or a
    signed statement of the police's service), not only that the person exists. A production store binds only then.
    """

    code: str
    proves: bool

    def check(self, name: str, id_type: str, number: str, today: date) -> RealNameVerdict:
        """Whether this person exists with this document."""

    def check_organisation(self, name: str, uscc: str, head: str, head_number: str) -> RealNameVerdict:
        """Whether this organisation exists and is headed by the person of this name and document number."""


def tidy_name(name: str) -> str:
    """The name as it is kept: cleaned; in a Chinese name no blanks, and any dot the interpunct ·.

    Rare characters stay as they are. Raises ValueError, in Chinese.
    """
    name = clean(name)
    if re.search(f"[{_HAN}]", name):
        name = "".join(name.split()).translate(_DOTS)
    return name


def find_name_fault(name: str, id_type: str) -> str:
    """Why a name is not plausible for a document, or nothing. A resident identity card carries a Han name of two or
    more characters; passports and travel permits may carry a Latin one."""
    if len(name) > LONGEST_NAME:
        return f"姓名最多{LONGEST_NAME}个字，现有{len(name)}个字；请按证件填写。"
    if _HAN_NAME.fullmatch(name) and len(name) >= 2:
        return ""
    if id_type != "111" and _LATIN_NAME.fullmatch(name) and len(name) >= 2:
        return ""
    return REASONS["name"]


def find_number_fault(id_type: str, number: str, today: date) -> str:
    """Why a number cannot be one of its document, or nothing."""
    if id_type == "111":
        problem = resident_id.check(number, today)
        return problem.message if problem else ""
    return "" if re.fullmatch(_SHAPES[id_type], number) else REASONS["number"]


class LocalProvider:
    """Checks name and number for their form (GB 11643), on this machine, without asking anyone."""

    code = "local"
    proves = False

    def check(self, name: str, id_type: str, number: str, today: date) -> RealNameVerdict:
        if id_type != "111" and id_type not in _SHAPES:
            return RealNameVerdict(False, "type")
        if fault := find_name_fault(name, id_type):
            return RealNameVerdict(False, "name", fault)
        if fault := find_number_fault(id_type, number, today):
            return RealNameVerdict(False, "number", fault)
        return RealNameVerdict(True)

    def check_organisation(self, name: str, uscc: str, head: str, head_number: str) -> RealNameVerdict:
        problem = credit_code.check(uscc)
        return RealNameVerdict(False, "number", problem.message) if problem else RealNameVerdict(True)


def get_provider() -> Provider:
    """The provider this installation uses: the class that setting REALNAME_PROVIDER names, else the local one."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    path = getattr(settings, "REALNAME_PROVIDER", "")
    selected: Provider = import_string(path)() if path else LocalProvider()
    return selected
