"""Signing in through a real identity service: a first one binds, a second one joins, a difference is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.test import Client

from tests.db.identity.conftest import LOGIN, Service
from yichuang.aggregates.refusal import Invalid
from yichuang.kernel.codes import resident_id
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.people import binding, identity, queries
from yichuang.people import service as people
from yichuang.people.models import Account, IdentityQuestion, Membership, Subject

pytestmark = pytest.mark.django_db
WINDOW = Actor("a:99", post="410100/zwb/window/1", post_kind="window", channel="window")
SECURITY = Actor("a:98", post="410100/zwb/secadmin/1", post_kind="secadmin")
NUMBER = resident_id.build("410105", date(1985, 5, 5), 997)
OTHER = resident_id.build("410105", date(1990, 1, 1), 998)


def logged_in(browser: Client) -> Account | None:
    key = browser.session.get("_auth_user_id")
    return Account.objects.get(pk=key) if key else None


def windowed(username: str, name: str = "张三", number: str = NUMBER) -> Account:
    """An account that was bound at a window."""
    subject = people.register_subject(kind="person", name=name, id_type="111", number=number, actor=WINDOW)
    account = Account.objects.create_user(username, "a-long-password-2018")
    code = binding.issue_code(subject, "original", WINDOW)
    binding.redeem_code(account, number, code, people.own_actor(account))
    return account


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


def test_the_first_sign_in_makes_an_account_and_binds_it(service: Service) -> None:
    service.says("u-1", name="张 三", id_number=NUMBER.lower())
    browser, answer = service.sign_in("u-1")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    account = logged_in(browser)
    assert account is not None and account.real_name == "张三" and not account.has_usable_password()
    person = Subject.objects.get(id_number=NUMBER)
    assert queries.own_subjects(account) == (person.id,)
    assert Membership.objects.get().proof == "oidc"
    assert SocialAccount.objects.get().extra_data == {}  # claims are not kept
    kept = " ".join(e.body for e in Entry.objects.all())
    assert '"proof":"oidc"' in kept and NUMBER not in kept and "张三" not in kept


def test_a_second_sign_in_is_the_same_account(service: Service) -> None:
    service.says("u-1", name="张三", id_number=NUMBER)
    first, second = service.sign_in("u-1")[0], service.sign_in("u-1")[0]
    assert logged_in(first) == logged_in(second) and Account.objects.count() == 1
    assert SocialAccount.objects.get().extra_data == {}


def test_a_second_identity_of_the_same_person_joins_the_account_there_is(service: Service) -> None:
    own = windowed("zhangsan")
    for uid in ("u-1", "u-2"):
        service.says(uid, name="张三", id_number=NUMBER)
        assert logged_in(service.sign_in(uid)[0]) == own
    assert Account.objects.count() == 1
    assert set(SocialAccount.objects.values_list("uid", "user__username")) == {("u-1", "zhangsan"), ("u-2", "zhangsan")}


def test_an_account_that_was_bound_by_typing_is_not_joined_in_production(service: Service) -> None:
    impostor = Account.objects.create_user("impostor", "a-long-password-2018")
    subject = people.register_subject(kind="person", name="张三", id_type="111", number=NUMBER, actor=WINDOW)
    Membership.objects.create(account=impostor, subject=subject, role="self")
    service.says("u-1", name="张三", id_number=NUMBER)
    account = logged_in(service.sign_in("u-1")[0])
    assert account is not None and account != impostor
    assert queries.own_subjects(account) == (subject.id,) and queries.own_subjects(impostor) == ()


def test_another_name_is_a_question_and_changes_nothing(service: Service) -> None:
    own = windowed("zhangsan")
    service.says("u-1", name="张三丰", id_number=NUMBER)
    for _ in range(2):
        browser, answer = service.sign_in("u-1")
        assert answer.status_code == 403 and "已转安全管理员核实" in text(answer) and logged_in(browser) is None
    question = IdentityQuestion.objects.get()  # one, however often they try
    assert (question.kind, question.name) == ("name", "张三丰")
    assert Subject.objects.get().name == "张三" and not SocialAccount.objects.exists()
    identity.decide_question(question, "accept", SECURITY)
    question.refresh_from_db()
    assert (question.decision, question.name, question.id_number) == ("accept", "", "")
    assert Subject.objects.get().name == "张三丰"
    assert logged_in(service.sign_in("u-1")[0]) == own
    with pytest.raises(Invalid):
        identity.decide_question(question, "reject", SECURITY)


def test_another_number_is_a_question_and_after_a_rejection_an_answer(service: Service) -> None:
    service.says("u-1", name="张三", id_number=NUMBER)
    account = logged_in(service.sign_in("u-1")[0])
    service.says("u-1", name="张三", id_number=OTHER)
    browser, answer = service.sign_in("u-1")
    assert answer.status_code == 403 and logged_in(browser) is None
    question = IdentityQuestion.objects.get()
    assert question.kind == "number" and Subject.objects.count() == 1
    identity.decide_question(question, "reject", SECURITY)
    _, answer = service.sign_in("u-1")
    assert "没有按统一身份认证" in text(answer) and IdentityQuestion.objects.count() == 1
    service.says("u-1", name="张三", id_number=NUMBER)
    assert logged_in(service.sign_in("u-1")[0]) == account
    kept = " ".join(f"{e.kind} {e.body}" for e in Entry.objects.all())
    assert "identity_questioned" in kept and "identity_decided" in kept and OTHER not in kept


def test_a_new_document_of_the_same_person_is_taken_over_when_decided(service: Service) -> None:
    service.says("u-1", name="张三", id_number=NUMBER)
    account = logged_in(service.sign_in("u-1")[0])
    service.says("u-1", name="张三", id_number=OTHER)
    service.sign_in("u-1")
    identity.decide_question(IdentityQuestion.objects.get(), "accept", SECURITY)
    assert Subject.objects.get().id_number == OTHER
    assert logged_in(service.sign_in("u-1")[0]) == account


def test_a_number_of_somebody_else_is_never_taken_over(service: Service) -> None:
    service.says("u-1", name="张三", id_number=NUMBER)
    service.sign_in("u-1")
    people.register_subject(kind="person", name="张三", id_type="111", number=OTHER, actor=WINDOW)
    service.says("u-1", name="张三", id_number=OTHER)
    service.sign_in("u-1")
    with pytest.raises(Invalid, match="另一个人名下"):
        identity.decide_question(IdentityQuestion.objects.get(), "accept", SECURITY)
    assert IdentityQuestion.objects.get().decided_at is None


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"level": "L1"}, "实名等级不够"),
        ({"level": ""}, "实名等级不够"),
        ({"id_number": NUMBER[:-1] + "?"}, "没有给出可用的"),
        ({"id_number": ""}, "没有给出可用的"),
        ({"name": ["张三"]}, "没有给出可用的"),
        ({"name": "Robert'); --"}, "没有给出可用的"),
        ({"id_type": "999"}, "没有给出可用的"),
    ],
)
def test_what_proves_nothing_lets_nobody_in(service: Service, claims: dict[str, Any], says: str) -> None:
    service.says("u-1", **{"name": "张三", "id_number": NUMBER, **claims})
    browser, answer = service.sign_in("u-1")
    assert answer.status_code == 403 and says in text(answer) and logged_in(browser) is None
    assert not Account.objects.exists() and not Subject.objects.exists() and not SocialAccount.objects.exists()


def test_names_of_claims_and_codes_of_documents_are_settings(service: Service, settings: Any) -> None:
    settings.OIDC_CLAIM_NAME, settings.OIDC_CLAIM_NUMBER = "xm", "zjhm"
    settings.OIDC_CLAIM_TYPE, settings.OIDC_ID_TYPES = "zjlx", {"02": "414"}
    settings.OIDC_CLAIM_LEVEL, settings.OIDC_LEVELS = "rzdj", ["4"]
    service.says("u-1", xm="Ann Lee", zjlx="02", zjhm="E12345678", rzdj=4)
    assert logged_in(service.sign_in("u-1")[0]) is not None
    assert Subject.objects.get().id_type == "414"


def test_officers_and_closed_accounts_do_not_come_in_this_way(service: Service) -> None:
    own = windowed("zhangsan")
    service.says("u-1", name="张三", id_number=NUMBER)
    for change, says in (({"kind": "officer"}, "工作人员账号"), ({"kind": "citizen", "is_active": False}, "已经停用")):
        Account.objects.filter(pk=own.pk).update(**change)
        browser, answer = service.sign_in("u-1")
        assert answer.status_code == 403 and says in text(answer) and logged_in(browser) is None


def test_an_unbound_account_is_bound_from_its_own_page(service: Service) -> None:
    own = Account.objects.create_user("zhangsan", "a-long-password-2018")
    browser = Client()
    browser.force_login(own)
    assert f"{LOGIN}?process=connect" in text(browser.get("/account"))
    service.says("u-1", name="张三", id_number=NUMBER)
    _, answer = service.sign_in("u-1", browser, "connect")
    assert answer["Location"] == "/account" and len(queries.own_subjects(own)) == 1
    other = Account.objects.create_user("second", "a-long-password-2018")
    browser = Client()
    browser.force_login(other)
    service.says("u-2", name="张三", id_number=NUMBER)
    _, answer = service.sign_in("u-2", browser, "connect")
    assert answer.status_code == 403 and "已经绑定另一个账号" in text(answer)
    assert queries.own_subjects(other) == () and not SocialAccount.objects.filter(uid="u-2").exists()


def test_a_second_factor_is_asked_for_here_too(service: Service) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    own = windowed("zhangsan")
    TOTP.activate(own, generate_totp_secret())
    service.says("u-1", name="张三", id_number=NUMBER)
    browser, answer = service.sign_in("u-1")
    assert "2fa" in answer["Location"] and logged_in(browser) is None


def test_the_button_is_there_only_where_it_is_configured(service: Service, settings: Any) -> None:
    assert "用统一身份认证登录" in text(Client().get("/accounts/login/"))
    assert "继续" in text(Client().get(LOGIN))  # the page behind the button, opened by hand
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "统一身份认证" not in text(Client().get("/accounts/login/"))
    assert Client().post(LOGIN).status_code == 404


def test_a_row_in_a_table_makes_no_identity_service(service: Service, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {}
    SocialApp.objects.create(
        provider="openid_connect",
        provider_id="tyrz",
        name="冒充的",
        client_id="x",
        settings={"server_url": f"http://127.0.0.1:{service.port}"},
    )
    assert "冒充的" not in text(Client().get("/accounts/login/"))
    assert Client().post(LOGIN).status_code == 404


def test_a_stranger_s_answer_is_a_calm_page(service: Service) -> None:
    answer = Client().get(f"{LOGIN}callback/?code=x&state=y")
    assert "没有登录成功" in text(answer)


def test_a_service_that_does_not_answer_is_a_calm_page(service: Service, settings: Any) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = Client().post(LOGIN)
    assert answer.status_code == 503 and "没有登录成功" in text(answer)


def test_a_connection_is_shown_and_the_last_way_in_is_not_cut(service: Service) -> None:
    from django.urls import reverse

    service.says("u-1", name="张三", id_number=NUMBER)
    browser, _ = service.sign_in("u-1")
    address = reverse("socialaccount_connections")
    page = text(browser.get(address))
    assert "其他登录方式" in page and "统一身份认证" in page
    refused = browser.post(address, {"account": SocialAccount.objects.get().pk})
    assert refused.status_code in (200, 422) and SocialAccount.objects.exists()
    account = logged_in(browser)
    assert account is not None
    account.set_password("a-long-password-2018")
    account.save()
    browser.force_login(account)
    browser.post(address, {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists() and len(queries.own_subjects(account)) == 1
