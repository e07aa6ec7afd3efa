"""What an installation still lacks until its first case can be filed, and what a city should know before it starts.

Reads only. `yichuang init` and `yichuang status` print it; the system administrator's page of the state shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings

from yichuang.catalog.queries import list_open
from yichuang.catalog.queries import standard as published_standard
from yichuang.catalog.standard import PostKind, Standard
from yichuang.kernel.localtime import local_day
from yichuang.ledger.service import STORE_KINDS, now, store_kind
from yichuang.org import queries as org
from yichuang.org.kinds import ADMINISTRATORS, POST_KINDS
from yichuang.org.models import Department, Hall, Holding
from yichuang.people.mailing import mail_configured
from yichuang.people.mfa import has_second_factor
from yichuang.people.models import Account

NOTICE_MONTH = 12  # the State Council's notice of next year's holidays has come by then
Present = dict[tuple[str, str], set[int]]  # (department, kind of post) → accounts that hold it today


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing, and what to do about it. `blocks`: without it the first case cannot be handled."""

    text: str
    next: str
    blocks: bool = True


def list_gaps() -> list[Gap]:
    """Everything that is missing, what blocks first. A demo store lacks nothing that a demo needs."""
    if store_kind() != "production":
        kind = STORE_KINDS.get(store_kind(), "空库")
        return [Gap(f"这是{kind}，不是正式库", "正式的市请在空的数据库上用 yichuang init 建立", store_kind() == "")]
    today = local_day(now())
    present = _present(today)
    gaps = [*_structure(today), *_administrators(today), *_calendar(today), *_standards(present), *_settings()]
    return sorted(gaps, key=lambda gap: not gap.blocks)


def _present(today: date) -> Present:
    """Who holds which kind of post where today, with an account that works. One statement."""
    held = org.filter_during(Holding.objects.filter(officer__account__is_active=True), today, today)
    out: Present = {}
    for department, kind, account in held.values_list("post__department", "post__kind", "officer__account"):
        out.setdefault((department, kind), set()).add(account)
    return out


def _structure(today: date) -> Iterator[Gap]:
    city = org.get_city()
    if city is None:
        yield Gap("还没有建立市", "运行 yichuang init")
        return
    if not Department.objects.filter(pk=f"{city.code}/zwb").exists():
        yield Gap("没有政务服务办", "由安全管理员在“机构、岗位与人员”登记，部门代码为 zwb")
    if not Department.objects.exclude(code="zwb").exists():
        yield Gap("没有一个审批部门", "由安全管理员在“机构、岗位与人员”登记或导入")
    if not any(not hall.is_closed(today) for hall in Hall.objects.all()):
        yield Gap("没有大厅：办事指南不能告诉人到哪里办", "由安全管理员登记大厅", False)


def _administrators(today: date) -> Iterator[Gap]:
    held = org.filter_during(Holding.objects.filter(post__kind__in=ADMINISTRATORS), today, today)
    by_kind: dict[str, list[Account]] = {}
    for holding in held.select_related("officer__account", "post"):
        if holding.officer.account.is_active:
            by_kind.setdefault(holding.post.kind, []).append(holding.officer.account)
    for kind in ADMINISTRATORS:
        accounts = by_kind.get(kind, [])
        if not accounts:
            yield Gap(
                f"没有{POST_KINDS[kind]}", "三员分立：系统、安全、审计管理员由三个人分任，在“机构、岗位与人员”任命"
            )
        elif not any(account.has_usable_password() for account in accounts):
            yield Gap(
                f"{POST_KINDS[kind]}还没有设置密码", "请本人打开一次性链接；链接丢失的，运行 yichuang invite 用户名"
            )
        elif not any(has_second_factor(account) for account in accounts):
            yield Gap(f"{POST_KINDS[kind]}还没有设置动态口令", "请本人登录后按提示设置")


def _calendar(today: date) -> Iterator[Gap]:
    years = org.get_calendar().years
    if today.year not in years:
        yield Gap(f"没有{today.year}年的工作日历：时限只能估算", "由系统管理员在“工作日历”载入")
    elif today.month >= NOTICE_MONTH and today.year + 1 not in years:
        yield Gap(f"没有{today.year + 1}年的工作日历", "放假通知公布后由系统管理员在“工作日历”载入", False)


def _standards(present: Present) -> Iterator[Gap]:
    listed = list(list_open().order_by("division", "item").values_list("current_id", flat=True))
    if not listed:
        yield Gap("没有已发布的办事规程", "运行 yichuang standards check 与 publish")
    windows = {department.partition("/")[0] for department, kind in present if kind == PostKind.WINDOW}
    lacking: dict[str, list[str]] = {}
    for key in listed:
        standard = published_standard(key)
        if standard.division not in windows:
            lacking.setdefault(f"区划{standard.division}没有在岗的综合窗口岗", []).append(standard.name)
        for words in _unmanned(standard, present):
            lacking.setdefault(words, []).append(standard.name)
    for words, names in sorted(lacking.items()):
        some = "、".join(names[:3]) + (f"等{len(names)}项" if len(names) > 3 else "")
        yield Gap(f"{words}（{some}要用）", "由安全管理员设立岗位、任命人员")


def _unmanned(standard: Standard, present: Present) -> Iterator[str]:
    """Posts that the standard needs and nobody, or too few, hold today."""
    own = f"{standard.division}/{standard.department}"
    needed = {(own, PostKind.HEAD): 1}
    for step in standard.steps:
        place = (f"{standard.division}/{step.department}", step.post)
        needed[place] = max(needed.get(place, 0), step.officers)
    if any(fee.collected_here for fee in standard.fees):
        office = f"{standard.division}/zwb"
        needed[office, PostKind.CASHIER] = 1
    for (department, kind), officers in needed.items():
        there = len(present.get((department, kind), ()))
        if there < officers:
            yield f"部门{department}的{POST_KINDS[kind]}要{officers}人在岗，现有{there}人"


def _settings() -> Iterator[Gap]:
    """What is a matter of the installation, not of the city's data. None of it stops a case."""
    if not settings.HTTPS:
        yield Gap("没有启用 HTTPS", "在反向代理后面设 YICHUANG_HTTPS=1（见 docs/operations.md）", False)
    if urlsplit(settings.PUBLIC_URL).hostname in {"localhost", "127.0.0.1"}:
        yield Gap("文书二维码指向本机地址", "设 YICHUANG_PUBLIC_URL 为对外的网址", False)
    if settings.ROOTS_DIR.is_relative_to(settings.DATA):
        yield Gap("封存与日根和数据在同一处", "设 YICHUANG_ROOTS 到另一台机器或只可追加的介质", False)
    if not mail_configured():
        yield Gap(
            "没有配置邮件：通知只在站内，首次登录链接要打印交付",
            "设 YICHUANG_EMAIL_URL（见 docs/operations.md）",
            False,
        )
    if not settings.REALNAME_PROVIDER and not settings.SOCIALACCOUNT_PROVIDERS:
        yield Gap("没有接入实名核验和统一身份认证：网上注册不绑定身份", "申请人凭证件到窗口领绑定码，或接入其一", False)
    if not getattr(settings, "PAYMENT_PROVIDER", ""):
        yield Gap("没有接入网上缴费：费用在窗口缴纳", "需要时接入缴费平台", False)
    yield Gap(
        "电子印章是本机自签的，没有法律效力", "正式发证前接入电子印章服务（documents.signing.SealService）", False
    )
