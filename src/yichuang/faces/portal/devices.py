"""登录设备: where one's own account is logged in, ending that, and its latest log-ins. For every account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from yichuang.faces import who
from yichuang.faces.portal.page import page, signed_in
from yichuang.people import logins, sessions
from yichuang.people.security import read_numbers
from yichuang.people.service import own_actor

LATEST = 10  # log-ins the page shows
# Kinds of entries in words; GB/T 22239-2019 8.1.4.3 asks for them, the page is the house's own
KINDS = {
    "logged_in": "登录",
    "logged_out": "退出",
    "session_ended": "登录结束",
    "login_failed": "输错密码",
    "code_failed": "输错动态口令",
    "locked_out": "多次输错，暂停登录",
    "password_changed": "修改密码",
}
# What a browser says of itself, the first that fits → words
SYSTEMS = (
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("Windows", "Windows"),
    ("Mac OS", "苹果电脑"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


@require_safe
@signed_in
def devices(request: HttpRequest) -> HttpResponse:
    """Every session of the account that lasts: on which device, since when, last seen when."""
    account = who.account_of(request)
    open_sessions = sessions.list_devices(account, request.session.session_key or "")
    numbers = read_numbers("idle_minutes", "session_hours") if account.kind == "officer" else {}
    context = {
        "title": "登录设备",
        "devices": [(session, name_device(session.device)) for session in open_sessions],
        "latest": [
            (KINDS.get(kind, kind), ip, name_device(device), at)
            for kind, ip, device, at in logins.list_latest(account, LATEST)
        ],
        "numbers": numbers,
    }
    return page(request, "devices.html", context)


@require_POST
@signed_in
def end(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions, or all others, at once."""
    account, current = who.account_of(request), request.session.session_key or ""
    actor = own_actor(account)
    wanted = request.POST.get("device", "")
    if wanted == "others":
        count = sessions.end_others(account, current, "elsewhere", actor)
        messages.success(request, f"已结束其他{count}处登录。" if count else "没有其他登录。")
    elif wanted == sessions.digest_key(current):
        messages.info(request, "这是您现在用的登录；要结束它，请点“退出”。")
    elif sessions.end_device(account, wanted, actor):
        messages.success(request, "已结束那一处登录，它再也不能办理。")
    else:
        messages.info(request, "那一处登录已经结束。")
    return redirect("portal:devices")


def name_device(agent: str) -> str:
    """系统和浏览器 from what a browser says of itself; the words themselves when nobody knows it."""
    names = [next((words for mark, words in known if mark in agent), "") for known in (SYSTEMS, BROWSERS)]
    return " · ".join(word for word in names if word) or agent[:40] or "未知设备"
