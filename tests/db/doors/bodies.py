"""What fills the parameters of an address, and a valid body for each that is sent one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.db.doors.town import NUMBER, USCC, Town
from tests.db.portal.pages import PDF

Values = dict[str, Any]


def value_of(route: str, name: str, town: Town) -> Any:
    """The value of an address's parameter. Raises KeyError for a parameter that nobody gave a value here."""
    for part, values in BY_PLACE.items():
        if part in route and name in values:
            return town.ids.get(values[name], values[name])
    return town.ids.get(BY_NAME[name], BY_NAME[name])


# parameter → key of an id of the town, or the value itself
BY_NAME: dict[str, str] = {
    "case_id": "case", "upload_id": "upload", "draft_id": "intake", "subject_id": "firm", "order_id": "order",
    "finding_id": "finding", "exclusion_id": "exclusion", "outage_id": "outage", "absence_id": "absence",
    "holding_id": "holding:surveyor", "officer_id": "officer:surveyor", "account": "account:reviewer",
    "post_id": "post:reviewer", "client_id": "client", "position": "position", "seq": "seq",
    "division": "410100", "item": "ZZ-001", "version": "1", "code": "code", "kind": "sample", "fee": "F1",
    "token": "nothing", "part": "files", "question_id": "1", "mail_id": "1", "ref": "410100/scjg",
    "identifier": "NOBODYS", "family": "promised", "name": "2018-03-01.json", "provider_id": "tyrz", "key": "abc",
    "uidb36": "1", "rest": "nowhere", "rule_id": "own rule",
}  # fmt: skip
# who came to a counsellor
VISITOR = {
    "type": "uscc", "number": "91410100MA44444J0Y", "name": "没有这个单位", "item": "410100/ZZ-001", "topic": "process",
    "words": "先办哪一个？",
}  # fmt: skip
# of a move of the list
DOCUMENT = {"issuer": "国务院", "number": "国令第1号", "day": "2018-01-02"}
# the same name means other things in some places
BY_PLACE: dict[str, dict[str, str]] = {
    "/drafts/": {"id": "draft"},
    "/my/licences/": {"id": "licence", "share_id": "share"},
    "/desk/search/": {"kind": "item", "code": "ZZ-001", "missed_id": "1"},
    "/my/": {"id": "case"},
    "/api/revision/": {"id": "revision", "kind": "xlsx"},
    "/files/": {"id": "upload"},
    "/list/file/": {"id": "upload"},
    "/desk/messages/": {"id": "desk message"},
    "/messages/": {"id": "message"},
    "/mandates/": {"id": "mandate"},
    "/preview/": {"act": "terminate"},
    "/do/<slug:act>/": {"act": "conclude", "step": "step"},
    "/do/": {"act": "terminate"},
    "/order/": {"act": "issue"},
    "/papers/<slug:kind>/": {"kind": "kind of life", "id": "case"},
    "/papers/": {"id": "case"},
    "/lives/<slug:kind>/new/": {"kind": "licences", "act": "nothing"},
    "/<slug:act>/<slug:step>": {"kind": "nothing", "act": "nothing", "step": "nothing", "id": "case"},
    "/lives/": {"kind": "licences", "act": "correct", "id": "licence"},
    "/api/licences/": {"id": "licence"},
    "/api/list/": {"id": "listing"},
    "/api/laws/": {"id": "law"},
    "/api/own-rules/": {"id": "own rule"},
    "/api/rules/own/": {"rule_id": "own rule"},
    "/watch/rules/new/": {"kind": "at_most"},
    "/api/deviations/": {"id": "deviation"},
    "/api/proposals/": {"id": "proposal"},
    "/api/ratings/": {"id": "rating"},
    "/api/complaints/": {"id": "complaint"},
    "/api/guidance/": {"id": "guidance"},
    "/api/halls/": {"id": "arrangement"},
    "/api/tickets/": {"id": "ticket"},
    "/desk/window/": {"id": "ticket", "act": "call"},
    "/halls/<uuid:id>/kiosk/": {"id": "arrangement", "token": "kiosk", "ticket": "ticket"},
    "/halls/": {"id": "arrangement"},
    "/studio/consistency/": {"division": "county", "item": "shared"},
    "/laws/<uuid:id>": {"id": "law"},
    "/house/add/": {"kind": "hall"},
    "/house/change/": {"kind": "department"},
    "/house/close/": {"kind": "department"},
    "/house/import/": {"kind": "officer"},
    "/house/move/": {"ref": "post:reviewer"},
    "/house/security/": {"name": "idle_minutes"},
    "/house/rules/": {"code": "R-P02", "name": "least_seconds"},
    "/departments/": {"code": "scjg"},
    "/department/": {"code": "scjg"},
    "/risks/": {"code": "scjg"},
    "/sheets/": {"code": "M01"},
    "/leaflets/": {"kind": "guide"},
    "/file/<slug:kind>": {"kind": "xlsx", "id": "revision"},
    "/studio/edit/": {"id": "revision", "line": "times"},
}


def body_of(route: str, town: Town) -> Values:
    """A valid body for the route or operation; each has its own command id."""
    made = BODIES.get(route)
    body = made(town) if made else {}
    return body if " " in route else {"command_id": str(uuid.uuid4()), "seq": "0", **body}


def _calendar(town: Town) -> Values:
    return {
        "year": "2031",
        "notice": "国务院办公厅关于2031年部分节假日安排的通知",
        "off_days": "2031-01-01",
        "step": "load",
    }


def _application(town: Town) -> Values:
    from tests.db.world import food_values

    needed = town.city.standard.materials_for({**food_values(), "situation": "new", "agent": "no"})
    given = {m.code: ["paper"] for m in needed}
    about = {"item": "ZZ-001", "division": "410100", "situation": "new", "subject": town.ids["firm"]}
    return {**about, "form": food_values(), "given": given}


def _own_rule() -> Values:
    return {
        "title": "延期过多", "kind": "at_most", "first": "extended", "most": 1, "gravity": "yellow",
        "addressee": "holder", "basis": "行政许可法第四十二条",
    }  # fmt: skip


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("材料.pdf", PDF)


# what is asked for in the address of a read
QUERIES = {"GET /api/reconciliation": "?first=2018-03-01&last=2018-03-12"}
BODIES: dict[str, Callable[[Town], Values]] = {
    # --- accounts ---
    "/accounts/login/": lambda t: {"login": "nobody", "password": "wrong"},
    "/accounts/signup/": lambda t: {"username": "x"},
    "/accounts/demo/": lambda t: {"account": "nobody"},
    "/accounts/password/change/": lambda t: {"oldpassword": "x", "password1": "y", "password2": "y"},
    "/accounts/password/reset/": lambda t: {"email": "nobody@example.com"},
    # --- portal ---
    "/progress": lambda t: {"number": t.ids["receipt"], "code": "222222"},
    "/verify": lambda t: {"file": _file()},
    "/items/<division>/<item>/apply": lambda t: {"subject": t.ids["firm"], "situation": "new"},
    "/drafts/<uuid:id>/form": lambda t: {"premises_name": "某店", "act": "save"},
    "/drafts/<uuid:id>/autosave": lambda t: {"premises_name": "某店"},
    "/drafts/<uuid:id>/materials": lambda t: {"material": "M03", "file": _file()},
    "/drafts/<uuid:id>/submit": lambda t: {"promise": "yes"},
    "/my/licences/<uuid:id>/apply": lambda t: {"situation": "change"},
    "/my/licences/<uuid:id>/share": lambda t: {"period": "quarter"},
    "/s/": lambda t: {"code": "AAAA-AAAA"},
    "/drafts/<uuid:id>/situation": lambda t: {"situation": "new"},
    "/my/<uuid:id>/answer": lambda t: {"statement": "合同由中介代办"},
    "/my/<uuid:id>/rate": lambda t: {"rate-level": "fair"},
    "/items/<division>/<item>/ask": lambda t: {"ask-topic": "process", "ask-words": "先办哪一个？"},
    "/drafts/<uuid:id>/ask": lambda t: {"ask-topic": "review", "ask-words": "材料齐不齐？"},
    "/desk/guidance/new": lambda t: {f"take-{name}": value for name, value in VISITOR.items()},
    "/my/<uuid:id>/withdraw": lambda t: {"reason": "不再申请"},
    "/account/real-name": lambda t: {"name": "周新", "id_type": "111", "number": "410105198001010027"},
    "/account/organisation": lambda t: {"uscc": "91410100MA44444J0Y", "org_name": "某公司"},
    "/account/mandates": lambda t: {
        "principal": t.ids["firm"], "agent_name": "赵路人", "agent_type": "111", "agent_number": "410105198505059977",
        "scope": "", "first_day": "2018-03-12", "last_day": "2018-12-31",
    },
    "/account/binding": lambda t: {"number": "410105198505059977", "code": "22222222"},
    "/lives/<slug:kind>/<uuid:id>/<slug:act>": lambda t: {
        "correct-what": "legal_name", "correct-value": "王改正", "correct-reason": "录入笔误。",
    },
    # --- desk ---
    "/desk/case/<uuid:case_id>/open/<slug:part>": lambda t: {"reason": "核对经营场所的照片", "next": "/desk/"},
    "/desk/case/<uuid:case_id>/withhold": lambda t: {
        "basis": "某某法第二条：办理期间不得向当事人透露查看情况。", "until": "2018-03-20",
    },
    "/desk/bulk": lambda t: {"act": "make_certificate"},
    "/desk/saved": lambda t: {"name": "我的食品件", "query": "item=ZZ-001"},
    "/desk/post": lambda t: {"post": "nowhere"},
    "/desk/case/<uuid:case_id>/unmask": lambda t: {"field": "phone", "reason": "电话核实经营场所"},
    "/desk/case/<uuid:case_id>/do/<slug:act>": lambda t: {"terminate-reason": "申请人已经注销，办理无法继续。"},
    "/desk/case/<uuid:case_id>/preview/<slug:act>": lambda t: {"terminate-reason": "申请人已经注销。"},
    "/desk/case/<uuid:case_id>/do/<slug:act>/<slug:step>": lambda t: {
        f"conclude-{t.ids['step']}-verdict": "pass", f"conclude-{t.ids['step']}-opinion": "符合要求",
    },
    "/desk/intake/mandates/<str:subject_id>": lambda t: {"mandate": str(t.ids["mandate"])},
    "/desk/intake": lambda t: {"type": "111", "number": NUMBER},
    "/desk/intake/for/<str:subject_id>/<str:item>": lambda t: {"situation": "new", "agent": "no"},
    "/desk/intake/form/<uuid:draft_id>/autosave": lambda t: {"signboard": "一窗饭店"},
    "/desk/intake/form/<uuid:draft_id>": lambda t: {"act": "save"},
    "/desk/licences/enter/<str:item>": lambda t: {
        "paper-holder_type": "uscc", "paper-holder": USCC, "paper-number": "豫郑食经字第1号",
        "paper-valid_from": "2017-05-03", "paper-valid_to": "2022-05-02", "paper-evidence": _file(),
        "premises_address": "郑州市金水区示范路1号",
    },
    "/desk/search/matter": lambda t: {
        "matter": "办船证", "place": "海事管理机构", "basis": "船舶登记条例", "code": "ship",
    },
    "/desk/search/missed/<int:missed_id>": lambda t: {"step": "settle"},
    "/desk/search/<slug:kind>/<slug:code>": lambda t: {"step": "add", "word": "多肉植物"},
    "/desk/window/take": lambda t: {"code": "A"},
    "/halls/<uuid:id>/kiosk/<str:token>": lambda t: {"code": "A"},
    "/desk/handover/absence": lambda t: {
        "absence-officer": str(t.ids["officer:reviewer"]), "absence-reason": "leave",
        "absence-first_day": "2018-03-13", "absence-last_day": "2018-03-14",
    },
    "/desk/handover/delegate/<int:absence_id>": lambda t: {
        "post": t.ids["post:surveyor"], "officer": str(t.ids["officer:reviewer"]),
    },
    # --- watch ---
    "/watch/orders": lambda t: {"act": "issue", "order": [str(t.ids["order"])]},
    "/watch/findings": lambda t: {"act": "cancel", "order": [str(t.ids["order"])], "text": "重复的发现。"},
    "/watch/orders/new": lambda t: {
        "origin": "manual", "level": "yellow", "department": "410100/scjg", "text": "请说明受理后未审查的原因。",
    },
    "/watch/order/<uuid:order_id>/<act>": lambda t: {"issue-text": "请立即纠正，并报整改情况。"},
    "/watch/rates/exclude": lambda t: {
        "kind": "department", "department": "410100/gaj", "reason": "law", "basis": "某某条例第二条",
        "first_day": "2018-04-01",
    },
    # --- studio ---
    "/studio/edit/<uuid:id>/<path:line>": lambda t: {"promised": "4个工作日", "act": "save"},
    "/studio/edit/<uuid:id>/save/<path:line>": lambda t: {"promised": "3个工作日"},
    "/studio/edit/<uuid:id>/upload": lambda t: {"file": _file()},
    # --- house ---
    "/house/add/<slug:kind>": lambda t: {"division": "410100", "name": "某大厅", "address": "某路1号"},
    "/house/change/<slug:kind>/<path:ref>": lambda t: {"name": "市场监管局"},
    "/house/close/<slug:kind>/<path:ref>": lambda t: {"last_day": "2018-12-31"},
    "/house/move/<path:ref>": lambda t: {"hall": ""},
    "/house/security/<slug:name>": lambda t: {"value": "20"},
    "/house/officer/<int:officer_id>/link": lambda t: {"sure": "yes"},
    "/house/calendar": _calendar,
    "/house/outages": lambda t: {
        "first_day": "2018-03-05", "last_day": "2018-03-06", "reason": "机房停电", "step": "record",
    },
    "/house/warnings/<slug:family>": lambda t: {"remind": "5", "warn": "2"},
    "/house/rules/<slug:code>/<slug:name>": lambda t: {"value": "90"},
    "/house/departments/<division>/<code>": lambda t: {"kind": "reviewer", "name": "特种设备审查岗", "risk": ""},
    "/house/post/<path:post_id>": lambda t: {"number": f"N{t.ids['account:surveyor']}", "first_day": "2018-03-12"},
    "/house/post-risk/<path:post_id>": lambda t: {"risk": "high"},
    "/house/holding/<int:holding_id>/end": lambda t: {"last_day": "2018-03-31"},
    "/house/officer": lambda t: {"name": "新人", "number": "N9999", "username": "xinren", "email": "x@example.com"},
    "/house/officer/<int:officer_id>": lambda t: {
        "first_day": "2018-04-13", "last_day": "2018-04-14", "reason": "leave",
    },
    "/house/officer/<int:officer_id>/close": lambda t: {"sure": "yes"},
    "/house/absence/<int:absence_id>/stand-in": lambda t: {
        "post": t.ids["post:surveyor"], "number": f"N{t.ids['account:reviewer']}",
    },
    "/house/clients": lambda t: {
        "q": "reviewer", "seat": str(t.ids["holding:reviewer"]), "name": "新系统", "days": "365",
    },
    # --- API ---
    "POST /api/cases": _application,
    "POST /api/messages/read": lambda t: {"ids": [t.ids["message"]]},
    "POST /api/subjects/find": lambda t: {"type": "111", "number": NUMBER},
    "POST /api/files": lambda t: {"item": "ZZ-001", "division": "410100", "material": "M01", "file": _file()},
    "POST /api/cases/{case_id}/pre_review": lambda t: {"passed": True, "opinion": "可以"},
    "POST /api/cases/{case_id}/ask_correction": lambda t: {"reason": "缺少布局图", "materials": ["M03"]},
    "POST /api/cases/{case_id}/add_materials": lambda t: {"given": {"M03": ["paper"]}},
    "POST /api/cases/{case_id}/supply": lambda t: {"given": {"M03": ["paper"]}},
    "POST /api/cases/{case_id}/promise_gaps": lambda t: {
        "materials": ["M08"], "days": 3, "paper": True, "signer": "张三丰",
    },
    "POST /api/cases/{case_id}/supply_gaps": lambda t: {"given": {"M08": ["paper"]}},
    "POST /api/cases/{case_id}/check_gap": lambda t: {"material": "M08", "passed": True},
    "POST /api/cases/{case_id}/decline": lambda t: {"outcome": "not_required", "reason": "不需要许可"},
    "POST /api/cases/{case_id}/allege_falsehood": lambda t: {"reason": "租赁合同系伪造"},
    "POST /api/cases/{case_id}/answer_allegation": lambda t: {"statement": "合同由中介代办"},
    "POST /api/cases/{case_id}/assign": lambda t: {
        "step": t.ids["step"], "person": t.people["reviewer"].person,
    },
    "POST /api/cases/{case_id}/conclude": lambda t: {
        "step": t.ids["step"], "verdict": "pass", "opinion": "符合要求",
    },
    "POST /api/cases/{case_id}/send_back": lambda t: {"to": t.ids["step"], "reason": "请补充核查情况"},
    "POST /api/cases/{case_id}/start_special": lambda t: {
        "kind": "testing", "until": "2018-03-30", "reason": "须经检测",
    },
    "POST /api/cases/{case_id}/end_special": lambda t: {"special": "X1", "result": "检测合格"},
    "POST /api/cases/{case_id}/extend": lambda t: {"days": 5, "reason": "需要核实设备布局"},
    "POST /api/cases/{case_id}/charge_fee": lambda t: {"fee": "F1", "amount": 100},
    "POST /api/cases/{case_id}/pay_fee": lambda t: {"fee": "F1", "amount": 100, "receipt": "R1"},
    "POST /api/cases/{case_id}/decide": lambda t: {"granted": True},
    "POST /api/cases/{case_id}/deliver": lambda t: {"method": "electronic"},
    "POST /api/cases/{case_id}/withdraw": lambda t: {"reason": "不再申请"},
    "POST /api/cases/{case_id}/explain_lateness": lambda t: {"reason": "现场核查用时超出预计。"},
    "POST /api/cases/{case_id}/terminate": lambda t: {"reason": "申请人已经注销，办理无法继续。"},
    "POST /api/cases/{case_id}/rebind": lambda t: {"standard": "410100/ZZ-001/1", "decision": "按新版办理"},
    "POST /api/cases/{case_id}/revoke_acceptance": lambda t: {"reason": "不属于本事项的受理范围"},
    "POST /api/cases/{case_id}/correct_opinion": lambda t: {
        "step": t.ids["step"], "verdict": "fail", "opinion": "核错了面积", "reason": "看错了图纸",
    },
    "POST /api/cases/{case_id}/correct_applicant": lambda t: {"subject": "s:0", "reason": "选错了企业"},
    "POST /api/cases/{case_id}/refund_fee": lambda t: {
        "fee": "F1", "ground": "wrong_charge", "voucher": "T1", "reason": "依法免收",
    },
    "POST /api/cases/{case_id}/take_withdrawal": lambda t: {"paper": True, "signer": "张三丰"},
    "POST /api/licences": lambda t: {
        "item": "ZZ-001", "holder": USCC, "number": "豫郑食经字第1号", "valid_from": "2017-05-03",
        "values": {"premises_address": "郑州市金水区旧证街1号"},
    },
    "POST /api/cases/{case_id}/name_licence": lambda t: {"licence": str(t.ids["licence"])},
    "POST /api/licences/files": lambda t: {"file": _file()},
    "POST /api/own-rules": lambda t: _own_rule(),
    "POST /api/own-rules/{id}/rewrite": lambda t: {**_own_rule(), "title": "改了名称"},
    "POST /api/own-rules/{id}/enforce": lambda t: {"since": "2018-03-12"},
    "POST /api/own-rules/{id}/switch_off": lambda t: {"standing": "kept", "reason": "不再需要"},
    "POST /api/own-rules/{id}/drop": lambda t: {"reason": "重复"},
    "/watch/rules/new/<slug:kind>": lambda t: {f"write-{name}": value for name, value in _own_rule().items()},
    "/watch/rules/<uuid:rule_id>": lambda t: {
        f"rewrite-{name}": value for name, value in {**_own_rule(), "title": f"改于{uuid.uuid4().hex[:6]}"}.items()
    },
    "POST /api/laws": lambda t: {
        "title": "示范条例", "rank": "local_reg", "issuer": "市人大常委会", "number": "", "publication": "published",
        "place": "公报2018年第1号",
    },
    "POST /api/halls": lambda t: {"hall": str(t.ids["other hall"]), "kind": "main"},
    "POST /api/halls/files": lambda t: {"file": _file()},
    "POST /api/halls/{id}/add_class": lambda t: {"code": "B", "name": "社会民生"},
    "POST /api/halls/{id}/end_class": lambda t: {"code": "Z"},
    "POST /api/halls/{id}/place_items": lambda t: {"code": "Z", "items": ["ZZ-001"]},
    "POST /api/halls/{id}/move_out_items": lambda t: {"items": ["ZZ-001"]},
    "POST /api/halls/{id}/open_window": lambda t: {
        "number": "2", "post": t.ids["post:police-window"], "classes": ["A"],
    },
    "POST /api/halls/{id}/change_window": lambda t: {"number": "1", "classes": ["Z"]},
    "POST /api/halls/{id}/close_window": lambda t: {"number": "1"},
    "POST /api/halls/{id}/except_item": lambda t: {"item": "ZZ-002", "basis": "某局密字1号"},
    "POST /api/halls/{id}/end_exception": lambda t: {"item": "ZZ-002"},
    "POST /api/tickets": lambda t: {"hall": str(t.ids["arrangement"]), "code": "A"},
    "POST /api/tickets/{id}/carry": lambda t: {"code": "Z"},
    "POST /api/laws/files": lambda t: {"file": _file()},
    "POST /api/laws/{id}/amend": lambda t: {
        "label": "2018修正", "since": "2018-06-01", "changed": "35条", "source": "主席令第9号",
    },
    "POST /api/laws/{id}/repeal": lambda t: {"since": "2018-06-01", "source": "主席令第1号"},
    "POST /api/laws/{id}/hide": lambda t: {"publication": "internal", "reason": "公报上查不到"},
    "POST /api/laws/{id}/publish": lambda t: {"place": "公报2018年第1号"},
    "POST /api/laws/{id}/compare": lambda t: {"version": "食品安全法（2021修正）", "articles": "35条"},
    "POST /api/laws/{id}/retract": lambda t: {"reason": "登记有误"},
    "POST /api/laws/{id}/judge": lambda t: {"number": "1", "reason": "许可条件没有变"},
    "POST /api/list": lambda t: {
        "code": "ZZ-900", "name": "示范经营许可", "department": "410100/scjg", "ground": "law", **DOCUMENT,
    },
    "POST /api/list/files": lambda t: {"file": _file()},
    "POST /api/list/{id}/cancel": lambda t: {**DOCUMENT, "on": "2018-06-01", "transition": "finish"},
    "POST /api/list/{id}/confirm_once": lambda t: {},
    "POST /api/list/{id}/drop_once": lambda t: {"reason": "窗口要求再跑一次"},
    "POST /api/list/{id}/keep": lambda t: {"reason": "决定机关已经撤回"},
    "POST /api/list/{id}/merge": lambda t: {**DOCUMENT, "into": "ZZ-002", "on": "2018-06-01", "transition": "finish"},
    "POST /api/list/{id}/share": lambda t: {**DOCUMENT, "counties": []},
    "POST /api/ratings": lambda t: {"case": str(t.ids["case"]), "level": "fair"},
    "POST /api/ratings/{id}/contact": lambda t: {"way": "phone", "reached": "no"},
    "POST /api/ratings/{id}/cure": lambda t: {"answer": "已经改写材料说明。"},
    "POST /api/ratings/{id}/visit": lambda t: {"result": "content"},
    "POST /api/complaints": lambda t: {"case": str(t.ids["case"]), "kind": "manner", "words": "没有人答复。"},
    "POST /api/complaints/{id}/decline": lambda t: {"ground": "unclear", "reason": "没有写明事实。"},
    "POST /api/complaints/{id}/answer": lambda t: {"result": "founded", "answer": "已经改正。"},
    "POST /api/complaints/{id}/appeal": lambda t: {"reason": "没有说明理由。"},
    "POST /api/complaints/{id}/recheck": lambda t: {"result": "upheld", "opinion": "答复属实。"},
    "POST /api/guidance": lambda t: {"item": "410100/ZZ-001", "topic": "process", "words": "先办哪一个？"},
    "POST /api/guidance/take": lambda t: VISITOR,
    "POST /api/guidance/{id}/take_as_hard": lambda t: {"kind": "legacy", "reason": "要查档案。"},
    "POST /api/guidance/{id}/answer": lambda t: {"answer": "先办营业执照。"},
    "POST /api/guidance/{id}/issue_notice": lambda t: {"missing": ["M03"]},
    "POST /api/deviations": lambda t: {"difference": "ZZ-002:listed:extra", "reason": "本地另有规定。"},
    "POST /api/deviations/{id}/approve": lambda t: {},
    "POST /api/deviations/{id}/decline": lambda t: {"reason": "理由不充分。"},
    "POST /api/deviations/{id}/remark": lambda t: {"view": "agree", "text": "情况属实。"},
    "POST /api/deviations/{id}/withdraw": lambda t: {"reason": "改回与基准一致。"},
    "POST /api/proposals": lambda t: {"target": "x:ZZ-001", "attribute": "limits", "words": "请压减承诺时限。"},
    "POST /api/proposals/{id}/adopt": lambda t: {"revision": str(t.ids["revision"])},
    "POST /api/proposals/{id}/decline": lambda t: {"answer": "暂不具备条件。"},
    "POST /api/proposals/{id}/withdraw": lambda t: {"reason": "不再需要。"},
    "POST /api/list/{id}/move": lambda t: {**DOCUMENT, "department": "410100/zwb"},
    "POST /api/list/{id}/rename": lambda t: {**DOCUMENT, "name": "食品销售和餐饮服务许可"},
    "POST /api/revision": lambda t: {"item": "ZZ-001"},
    "POST /api/revision/{id}/answer": lambda t: {"comment": "1", "reply": "已经改正。"},
    "POST /api/revision/{id}/files": lambda t: {"file": _file()},
    "POST /api/revision/{id}/manuscript": lambda t: {"marks": "eJyrVgIAAQ=="},
    "POST /api/revision/{id}/approve": lambda t: {"on": "2018-06-01"},
    "POST /api/revision/{id}/comment": lambda t: {"line": "promised", "text": "请说明承诺时限的依据。"},
    "POST /api/revision/{id}/judge": lambda t: {"question": "q1", "answer": "已经核对。"},
    "POST /api/revision/{id}/return": lambda t: {"reason": "请补充依据。"},
    "POST /api/revision/{id}/review": lambda t: {"conclusion": "不用修订。", "review_on": "2019-06-01"},
    "POST /api/revision/{id}/send_back": lambda t: {"reason": "请补充依据。"},
    "POST /api/revision/{id}/settle": lambda t: {"comment": "1"},
    "POST /api/revision/{id}/sign": lambda t: {},
    "POST /api/revision/{id}/submit": lambda t: {},
    "POST /api/revision/{id}/withdraw": lambda t: {"reason": "不再修订。"},
    "POST /api/licences/{id}/answer": lambda t: {"statement": "决定是依法作出的。"},
    "POST /api/licences/{id}/ask_hearing": lambda t: {"reason": "请求听证。"},
    "POST /api/licences/{id}/arrange_hearing": lambda t: {"day": "2018-04-02", "place": "一号会议室"},
    "POST /api/licences/{id}/hold_hearing": lambda t: {"record": "各方意见已经记录。"},
    "POST /api/licences/{id}/open_revocation": lambda t: {"ground": "procedure", "reason": "缺少法定步骤。"},
    "POST /api/licences/{id}/drop_revocation": lambda t: {"reason": "查明没有违法。"},
    "POST /api/licences/{id}/revoke": lambda t: {"reason": "违反法定程序。"},
    "POST /api/licences/{id}/cancel": lambda t: {
        "ground": "body_ended", "reason": "主体已经注销登记。", "document": "准予注销登记通知书",
    },
    "POST /api/licences/{id}/undo_entry": lambda t: {"reason": "届满日记错。"},
    "POST /api/licences/{id}/correct": lambda t: {
        "what": "legal_name", "value": "王改正", "reason": "录入笔误。",
    },
    "POST /api/licences/{id}/serve_notice": lambda t: {
        "method": "direct", "day": "2018-03-01", "recipient": "张三丰",
    },
    "POST /api/licences/{id}/sign_notice": lambda t: {},
    "POST /api/licences/{id}/suspend": lambda t: {"until": "2018-04-02", "reason": "责令停业整顿。"},
    "POST /api/licences/{id}/restore": lambda t: {"reason": "整改已经验收。"},
    "POST /api/reported": lambda t: {
        "system": "gaj-x", "record": "R1", "kind": "accepted", "occurred_at": "2018-03-01T10:00:00+08:00",
    },
    "POST /api/reported/batch": lambda t: {
        "records": [{"record": "R1", "kind": "accepted", "occurred_at": "2018-03-01T10:00:00+08:00"}],
    },
    **{
        f"POST /api/orders/{{order_id}}/{name}": lambda t: {"text": "请立即纠正，并报整改情况。"}
        for name in (
            "issue", "reply", "appeal", "verify", "return", "uphold", "reject", "revoke", "raise", "cancel"
        )
    },
    "POST /api/orders/{order_id}/assign": lambda t: {"person": "a:1"},
    "POST /api/orders/{order_id}/entrust": lambda t: {"watcher": "a:1"},
    "POST /api/exclusions": lambda t: {
        "kind": "department", "subject": "410100/gaj", "reason": "law", "basis": "某某条例第二条",
        "first_day": "2018-04-01",
    },
}  # fmt: skip
