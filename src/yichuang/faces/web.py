"""The Jinja environment of all pages: globals, filters for people's eyes, and the navigation. Of tables it reads only
whose platform this is (`place`).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import MutableMapping
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import conditional_escape
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, Undefined
from markupsafe import Markup, escape

from yichuang.faces.addresses import link, url
from yichuang.faces.csp import csp as csp  # the settings name the middleware here
from yichuang.faces.forms import django_errors, when_attributes
from yichuang.faces.keeping import mark_of_keeper
from yichuang.faces.material_words import words_of_held, words_of_need, words_of_role
from yichuang.faces.place import store_place
from yichuang.kernel.clock import Limit
from yichuang.kernel.codes import phone
from yichuang.kernel.policy import cite_ground
from yichuang.people import face

CITY_TIME = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"

# What the public sees on top of each page; a face that is not mounted has no entry (see `link`).
PUBLIC_NAVIGATION = (
    ("办事", "portal:home"),
    ("办到哪了", "portal:progress"),
    ("公开", "portal:openness"),
    ("投诉与救济", "portal:remedies"),
)


class FastEnvironment(Environment):
    """GOV.UK macros read dictionaries by the dot a thousand times a page: look into the dictionary first.

    They also import each other at every call, where Jinja compares the globals of both sides: no template here has any
    of its own, and a plain dictionary is compared at once.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict:
            try:
                return obj[attribute]
            except KeyError:
                pass
        return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def fast_attributes(attributes: Any = None) -> str:
    """The `govukAttributes` macro of the component library in Python: the same HTML at a third of the time."""
    if not attributes or isinstance(attributes, Undefined):
        return ""
    if isinstance(attributes, str):
        return Markup(attributes)  # built by the components themselves, already escaped
    return Markup("".join([_attribute(name, value) for name, value in attributes.items()]))


def _attribute(name: str, value: Any) -> str:
    """One attribute as HTML, escaped here: Markup's own `format` costs ten times this, thousands of times a page."""
    optional = False
    if isinstance(value, dict):
        optional, value = value.get("optional") is True, value.get("value")
    elif isinstance(value, bool):
        value = str(value).lower()
    absent = value is None or isinstance(value, Undefined)
    if optional and (absent or value is False):
        return ""
    if optional and value is True:
        return f" {escape(name)}"
    return f' {escape(name)}="{escape("" if isinstance(value, Undefined) else value)}"'


def local(value: datetime) -> datetime:
    """The moment on the city's clock. A datetime without a zone is refused: nobody knows when it was."""
    if value.tzinfo is None:
        raise ValueError("a datetime without time zone cannot be shown")
    return value.astimezone(CITY_TIME)


def _read(value: date | datetime | str) -> date | datetime:
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def day(value: date | datetime | str | None) -> str:
    """2026年3月2日（周一）. Takes a date, an aware datetime (shown on the city's clock) or either in ISO form."""
    if not value:
        return ""
    value = _read(value)
    on = local(value) if isinstance(value, datetime) else value
    return f"{on.year}年{on.month}月{on.day}日（周{_WEEKDAYS[on.weekday()]}）"


def moment(value: datetime | str | None) -> str:
    """2026年3月2日（周一） 14:05, on the city's clock."""
    if not value:
        return ""
    read = _read(value)
    if not isinstance(read, datetime):
        return day(read)
    return f"{day(read)} {local(read):%H:%M}"


def iso(value: date | datetime | None) -> str:
    """For programs and <time datetime>: 2026-03-02, or 2026-03-02T14:05:00+08:00."""
    if value is None:
        return ""
    return local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def money(fen: int | None) -> str:
    """Amount in fen (分) as 1,234.50元."""
    if fen is None:
        return ""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}元"


def limit(value: Limit | None) -> str:
    """A time limit with its unit: 20个工作日, 7日, 当场."""
    return "" if value is None else value.label


def truncate_cn(value: str | None, width: int = 20) -> str:
    """Cut to `width` Chinese characters (a Latin one counts half) and end in … when something was cut."""
    text = value or ""
    room = width * 2
    for index, character in enumerate(text):
        room -= 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if room < 0:
            return text[:index].rstrip() + "…"
    return text


def navigation(request: HttpRequest | None) -> list[dict[str, Any]]:
    """The public entries as GOV.UK's service navigation wants them; the longest matching address is the current one."""
    path = request.path if request else ""
    entries = [(text, address) for text, name in PUBLIC_NAVIGATION if (address := link(name))]
    current = max((a for _, a in entries if path == a or (a != "/" and path.startswith(a))), key=len, default="")
    return [{"text": text, "href": address, "active": address == current} for text, address in entries]


def social_login(request: HttpRequest, process: str = "login") -> list[tuple[str, str]]:
    """(name, address to post to) of each other way to sign in that is configured, such as 统一身份认证; with `connect`
    for the account that is logged in.
    """
    from allauth.socialaccount.adapter import get_adapter  # the app registry must be ready: not at import

    providers = get_adapter(request).list_providers(request)
    more = {} if process == "login" else {"process": process}
    return [(provider.name, provider.get_login_url(request, **more)) for provider in providers]


def is_demo_store() -> bool:
    """Whether this store was created for demonstration."""
    from yichuang.people import mfa  # the app registry must be ready: not at import

    return mfa.is_demo_store()


def pages(number: int, total: int) -> list[int | None]:
    """Page numbers to offer: first, last, and two either side; None stands for those left out."""
    shown = sorted({1, total, *range(max(1, number - 2), min(total, number + 2) + 1)})
    out: list[int | None] = []
    for page in shown:
        if out and out[-1] is not None and page - out[-1] > 1:
            out.append(None)
        out.append(page)
    return out


def with_query(request: HttpRequest, **changes: Any) -> str:
    """This page's address with some query values changed (None takes one away): for pagers and sort links."""
    query = request.GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


FILTERS = {
    "day": day,
    "moment": moment,
    "iso": iso,
    "money": money,
    "limit": limit,
    "mask_id": face.mask_number,
    "mask_phone": phone.mask,
    "mask_name": face.mask_name,
    "truncate_cn": truncate_cn,
}
GLOBALS = {
    "url": url,
    "link": link,
    "static": cache(static),  # built files stay as they are while the process runs
    "fast_attributes": fast_attributes,
    "flashes": get_messages,
    "is_demo_store": is_demo_store,
    "mark_of_keeper": mark_of_keeper,
    "navigation": navigation,
    "pages": pages,
    "store_place": store_place,
    "social_login": social_login,
    "page_count": lambda total, size: max(1, math.ceil(total / size)),
    "with_query": with_query,
    "as_html": conditional_escape,  # knows the lazy texts of Django, which `escape` would escape twice
    "django_errors": django_errors,
    "when_attributes": when_attributes,
    "words_of_held": words_of_held,
    "words_of_need": words_of_need,
    "words_of_role": words_of_role,
    "cite_ground": cite_ground,
}


def environment(**options: Any) -> Environment:
    """For `TEMPLATES[…]["OPTIONS"]["environment"]`: our templates first, the component library behind its prefix."""
    own = options.pop("loader")
    library = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    env = FastEnvironment(loader=ChoiceLoader([own, library]), trim_blocks=True, lstrip_blocks=True, **options)
    env.globals.update(GLOBALS)
    env.filters.update(FILTERS)
    return env
