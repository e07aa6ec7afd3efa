"""Sessions: an officer's ends when idle or too long and says why; one's own list ends others at once; numbers are set
on record.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client, RequestFactory

from tests.db.desk.conftest import at_most
from yichuang.faces import who
from yichuang.faces.sessions import SessionStore, read_user
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.org.models import Absence, Officer
from yichuang.people import sessions
from yichuang.people.models import Account, LoginSession

PASSWORD = "Jianguo-road.88"


@pytest.fixture
def reviewer(city: Any) -> Account:
    account = Account.objects.get(pk=int(city.reviewer.person[2:]))
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def citizen(city: Any) -> Account:
    return Account.objects.create_user("zhang3", PASSWORD)


def log_in(account: Account, agent: str = "Firefox Windows") -> Client:
    client = Client(headers={"User-Agent": agent})
    answer = client.post("/accounts/login/", {"login": account.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def passed(account: Account, **spans: timedelta) -> None:
    """As if the session had been seen or begun so long ago."""
    row = LoginSession.objects.get(account=account, ended="")
    for name, span in spans.items():
        setattr(row, name, getattr(row, name) - span)
    row.save()


def test_an_officer_idle_for_half_an_hour_logs_in_again_and_comes_back(reviewer: Account) -> None:
    client = log_in(reviewer)
    passed(reviewer, seen_at=timedelta(minutes=29))
    assert client.get("/desk/").status_code == 200  # seen: the half hour begins anew
    passed(reviewer, seen_at=timedelta(minutes=31))
    away = client.get("/desk/?list=open")
    assert away.status_code == 302 and away["Location"].endswith("?next=/desk/%3Flist%3Dopen")
    page = client.get(away["Location"]).content.decode()
    assert "已30分钟没有操作" in page
    entry = Entry.objects.get(stream=f"login/{reviewer.person}", kind="session_ended")
    assert '"why":"idle"' in entry.body
    back = client.post(away["Location"], {"login": reviewer.username, "password": PASSWORD, "next": "/desk/?list=open"})
    assert back["Location"] == "/desk/?list=open"
    assert "没有操作" not in Client().get("/accounts/login/").content.decode()


def test_a_form_sent_too_late_leads_back_to_the_page_it_stood_on(city: Any, reviewer: Account) -> None:
    client = log_in(reviewer)
    passed(reviewer, seen_at=timedelta(hours=1))
    page = "http://testserver/desk/case/00000000-0000-0000-0000-000000000000"
    late = client.post("/desk/case/00000000-0000-0000-0000-000000000000/do/receive", headers={"Referer": page})
    assert late["Location"].endswith("next=/desk/case/00000000-0000-0000-0000-000000000000")
    refused = client.post("/desk/post", headers={"Referer": f"{page}/do/receive"})  # it stood where its act is
    assert refused["Location"].endswith("next=/desk/case/00000000-0000-0000-0000-000000000000")
    other = Client().post("/desk/post", headers={"Referer": "http://evil.example/x"})
    assert other["Location"].endswith("next=/")


def test_a_day_of_work_is_the_longest_however_busy(reviewer: Account, citizen: Account) -> None:
    for account, page in ((reviewer, "/desk/"), (citizen, "/my/")):
        client = log_in(account)
        passed(account, since=timedelta(hours=12, minutes=1))
        assert client.get(page).status_code == 302
        assert "这次登录已满12小时" in client.get("/accounts/login/").content.decode()


def test_an_applicant_reads_on_after_half_an_hour(citizen: Account) -> None:
    client = log_in(citizen)
    passed(citizen, seen_at=timedelta(hours=3))
    assert client.get("/my/").status_code == 200


def test_last_seen_costs_a_statement_once_a_minute_and_nothing_else(reviewer: Account) -> None:
    client = log_in(reviewer)
    client.get("/desk/")
    with at_most(5):
        client.get("/desk/")
    passed(reviewer, seen_at=timedelta(minutes=2))
    with at_most(6):
        client.get("/desk/")
    with at_most(5):
        client.get("/desk/")


def test_session_account_and_seat_or_mandates_are_one_statement(reviewer: Account, citizen: Account) -> None:
    for account in (reviewer, citizen):
        request = RequestFactory().get("/")
        request.session = SessionStore(log_in(account).session.session_key)
        with at_most(1):
            request.user = read_user(request)  # type: ignore[assignment]
            actor = who.officer(request) if account.kind == "officer" else who.applicant(request)
        assert actor.person == account.person and bool(actor.post) is (account.kind == "officer")


def test_what_ended_counts_from_the_next_page_on(city: Any, reviewer: Account) -> None:
    client, officer = log_in(reviewer), Officer.objects.get(account=reviewer.pk)
    day = who.today()
    assert client.get("/desk/").status_code == 200
    absence = Absence.objects.create(officer=officer, first_day=day, last_day=day, reason="sick")
    away = client.get("/desk/")  # their own cases and why they cannot act, and nothing else
    assert away.status_code == 200 and "指派给您的在办件" in away.content.decode()
    assert client.get("/desk/licences").status_code == 403
    absence.delete()
    assert client.get("/desk/").status_code == 200
    officer.holdings.update(last_day=day - timedelta(days=1))
    assert client.get("/desk/").status_code == 403
    Account.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert client.get("/desk/").status_code == 302  # nobody: to the log-in page
    Account.objects.filter(pk=reviewer.pk).update(is_active=True, password="changed elsewhere")
    assert client.get("/desk/").status_code == 302


def test_ones_own_list_shows_devices_and_ends_the_others_at_once(reviewer: Account, citizen: Account) -> None:
    here, there, phone = log_in(reviewer), log_in(reviewer, "Chrome Windows"), log_in(reviewer, "Safari iPhone")
    stranger = log_in(citizen)
    with at_most(5):
        page = here.get("/account/devices").content.decode()
    assert "现在在3处登录" in page and "苹果手机 · Safari" in page and page.count("现在用的") == 1
    key = str(phone.session.session_key)
    assert key not in page  # the key itself would open it
    stranger.post("/account/devices/end", {"device": sessions.digest_key(key)})
    assert phone.get("/desk/").status_code == 200  # nobody ends another's
    here.post("/account/devices/end", {"device": sessions.digest_key(key)})
    assert phone.get("/desk/").status_code == 302
    assert "在别处结束了这次登录" in phone.get("/accounts/login/").content.decode()
    here.post("/account/devices/end", {"device": "others"})
    assert there.get("/desk/").status_code == 302 and here.get("/desk/").status_code == 200
    assert stranger.get("/my/").status_code == 200
    assert Entry.objects.filter(stream=f"login/{reviewer.person}", kind="session_ended").count() == 2


def test_what_was_ended_is_not_revived_by_a_request_under_way(reviewer: Account) -> None:
    client = log_in(reviewer)
    under_way = client.session
    assert under_way["_auth_user_id"]  # read before
    sessions.end_others(reviewer, "", "elsewhere", Actor(person=reviewer.person))
    under_way["post"] = "x"
    with pytest.raises(UpdateError):
        under_way.save()
    assert client.get("/desk/").status_code == 302


def test_a_new_password_ends_all_other_sessions(reviewer: Account) -> None:
    here, there = log_in(reviewer), log_in(reviewer)
    new = {"oldpassword": PASSWORD, "password1": "Renmin-road.99", "password2": "Renmin-road.99"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert there.get("/desk/").status_code == 302
    assert "密码已经修改" in there.get("/accounts/login/").content.decode()
    assert Entry.objects.filter(stream=f"login/{reviewer.person}", kind="password_changed").count() == 1


def test_sessions_that_are_past_are_removed(reviewer: Account) -> None:
    log_in(reviewer)
    LoginSession.objects.update(expire_date="2020-01-01T00:00:00Z")
    assert sessions.remove_ended() == 1


# --- the numbers ------------------------------------------------------------------------------------------------------


def test_the_security_administrator_sets_numbers_on_record(house: Any) -> None:
    page = house.secadmin.get("/house/security").content.decode()
    assert "30分钟" in page and "没有规定数值" in page
    refused = house.secadmin.post("/house/security/idle_minutes", {"value": "1"})
    assert refused.status_code == 422 and "在5到240分钟之间" in refused.content.decode()
    assert house.secadmin.post("/house/security/idle_minutes", {"value": "10"}).status_code == 302
    assert Entry.objects.filter(stream="parameter/security", kind="parameter_set").count() == 1
    assert house.sysadmin.get("/house/security").status_code == 403
    assert house.secadmin.get("/house/security/nothing").status_code == 404
    account = Account.objects.get(username="auditadmin")
    passed(account, seen_at=timedelta(minutes=11))
    assert house.auditadmin.get("/house/audit").status_code == 302
    assert "已10分钟没有操作" in house.auditadmin.get("/accounts/login/").content.decode()


def test_tries_before_the_lock_are_set_too(house: Any, citizen: Account) -> None:
    house.secadmin.post("/house/security/login_tries", {"value": "3"})
    wrong = {"login": citizen.username, "password": "wrong"}
    said = [Client().post("/accounts/login/", wrong).content.decode() for _ in range(4)]
    assert "次数过多" not in said[2] and "次数过多" in said[3]


def test_a_browser_is_told_by_a_random_mark_that_says_nothing_of_who_uses_it(reviewer: Account, city: Any) -> None:
    """It outlasts the session, goes with every request, and no page can read it."""
    here, other = log_in(reviewer), log_in(reviewer)
    cookie = here.cookies["yichuang_browser"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert int(cookie["max-age"]) > 365 * 24 * 3600
    assert cookie.value != other.cookies["yichuang_browser"].value, "browsers that are alike are two devices"
    assert marks(here) == f"browser:{cookie.value}"
    here.post("/accounts/logout/")
    here.post("/accounts/login/", {"login": reviewer.username, "password": PASSWORD})
    assert here.cookies["yichuang_browser"].value == cookie.value, "the browser stays the same"
    here.cookies["yichuang_browser"] = "<script>alert(1)</script>"
    assert marks(here) == "", "what nobody gave is no mark"


def marks(client: Client) -> str:
    """The device of an act at the desk."""
    from django.contrib.auth import get_user
    from django.test import RequestFactory

    from yichuang.faces import who

    request = RequestFactory().get("/desk/", HTTP_USER_AGENT="Firefox Windows")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    request.session = client.session
    request.user = get_user(request)
    return who.officer(request).device
