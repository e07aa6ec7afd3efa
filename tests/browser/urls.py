"""Pages that exist only to be tested, and those of one's account; no other face of the product need stand for them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import include, path
from django.utils.safestring import mark_safe

from tests.browser.samples import FLOW, STANDARD_FORM
from yichuang.catalog.form import Filing
from yichuang.faces import errors
from yichuang.faces.forms import bind, show

PAGES = Path(__file__).parent / "pages"


class Small(forms.Form):
    word = forms.CharField(label="关键词", required=False)
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), ("open", "在办"), ("done", "办结")], required=False)


class Every(forms.Form):
    """One field of each widget."""

    name = forms.CharField(label="姓名", help_text="与身份证一致")
    note = forms.CharField(label="说明", widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(
        label="营业日", choices=[("1", "周一"), ("2", "周二")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agree = forms.BooleanField(label="我已阅读告知内容")
    secret = forms.CharField(label="密码", widget=forms.PasswordInput)
    on = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    file = forms.FileField(label="附件", required=False)


def render(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = engines["jinja2"].from_string((PAGES / name).read_text(encoding="utf-8"))
    return HttpResponse(template.render(context, request))


def kitchen(request: HttpRequest, layout: str = "base.html") -> HttpResponse:
    application = {"situation": "new", "agent": "no"}
    filing = Filing("410100", date(2026, 6, 1), date(2026, 6, 1))
    given = bind(STANDARD_FORM, request.POST, application, filing)
    bound = given if request.POST else show(STANDARD_FORM, {}, application)
    sent = Every(request.POST or None, prefix="every")
    context = {
        "layout": layout,
        "bound": bound,
        "small": Small(request.GET),
        "django_form": sent,
        "flow_json": mark_safe(json.dumps(FLOW).replace("<", "\\u003c")),
        "identity": {
            "name": "赵敏",
            "post": "综合窗口",
            "department": "郑州市政务服务办公室",
            "posts": [{"id": 1, "label": "综合窗口", "current": True}, {"id": 2, "label": "审查岗", "current": False}],
            "switch_url": "/switch",
        },
        "side": [
            {
                "title": "待办",
                "items": [
                    {"text": "待受理", "href": "#1", "count": 12, "active": True},
                    {"text": "待审查", "href": "#2", "count": 3},
                    {"text": "待决定", "href": "#3", "count": 0},
                ],
            },
            {"title": "查询", "items": [{"text": "全部办件", "href": "#4"}, {"text": "我经手的", "href": "#5"}]},
        ],
    }
    return render(request, "kitchen.html", context)


def login_demo(request: HttpRequest) -> HttpResponse:
    """The sign-in page of a demo store: the block of accounts that need no password."""
    people = [
        {"username": "wang", "name": "王芳", "role": "申请人（个人）"},
        {"username": "yichuang", "name": "郑州一窗餐饮有限公司", "role": "申请人（企业）"},
        {"username": "zhao", "name": "赵敏", "role": "综合窗口 · 政务服务办公室"},
        {"username": "qian", "name": "钱进", "role": "审查岗 · 市场监督管理局"},
        {"username": "sun", "name": "孙立", "role": "负责人 · 市场监督管理局"},
    ]
    context = {"form": LoginForm(), "signup_url": "/accounts/signup/", "demo_accounts": people, "demo_url": "/demo"}
    return TemplateResponse(request, "account/login.html", context)


def broken(request: HttpRequest, kind: str) -> HttpResponse:
    raise {
        "database": OperationalError("server closed the connection"),
        "forbidden": PermissionDenied("这个办件不在您的岗位范围内。"),
        "bug": ZeroDivisionError("secret detail"),
    }[kind]


def error(request: HttpRequest, status: int) -> HttpResponse:
    return errors.answer(request, errors.PAGES[status], incident="a1b2c3d4" if status == 500 else "")


urlpatterns = [
    path("kitchen", kitchen),
    path("kitchen/desk", kitchen, {"layout": "desk.html"}),
    path("login-demo", login_demo),
    path("broken/<kind>", broken),
    path("error/<int:status>", error),
    path("accounts/", include("allauth.urls")),
]
handler400 = errors.handler400
handler403 = errors.handler403
handler404 = errors.handler404
handler429 = errors.handler429
handler500 = errors.handler500
