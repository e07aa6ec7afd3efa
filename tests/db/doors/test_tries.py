"""Counters of tries on the table that runs: fixed windows, per visitor and per target, and nobody locks out another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from yichuang.people import tries
from yichuang.people.models import Account, Tries
from yichuang.people.tries import TryLimit

pytestmark = pytest.mark.django_db
THREE = TryLimit("test", 3, 3600)
PASSWORD = "a-long-password"


def end_windows() -> None:
    """As if all windows had ended."""
    Tries.objects.update(ends_at=timezone.now() - timedelta(seconds=1))


# --- the counter ------------------------------------------------------------------------------------------------------


def test_tests_count_on_what_runs(settings: Any) -> None:
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ops_cache")


def test_a_window_is_fixed_by_its_first_try_and_lasts_as_long_as_said() -> None:
    assert [tries.count_try((THREE, "a")) for _ in range(3)] == [0, 0, 0]
    end = Tries.objects.get().ends_at
    assert timedelta(minutes=59) < end - timezone.now() <= timedelta(hours=1)
    for _ in range(5):
        assert 3500 < tries.count_try((THREE, "a")) <= 3600
        assert tries.read_wait((THREE, "a")) > 0
    assert Tries.objects.get().ends_at == end  # no look moves it
    assert tries.count_try((THREE, "b")) == 0
    end_windows()
    assert tries.read_wait((THREE, "a")) == 0
    assert tries.count_try((THREE, "a")) == 0


def test_a_good_try_does_not_count() -> None:
    for _ in range(10):
        assert tries.count_try((THREE, "a")) == 0
        tries.uncount_try((THREE, "a"))


def test_several_counters_are_one_statement_and_keep_no_address(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        tries.count_try((THREE, "203.0.113.9"), (TryLimit("other", 1, 60), "410105198505059977"))
    kept = " ".join(Tries.objects.values_list("key", flat=True))
    assert "203.0" not in kept and "4101" not in kept


def test_what_a_narrow_counter_stops_fills_no_wider_one() -> None:
    wide = tries.TryLimit("wide", 5, 60)
    for _ in range(20):
        tries.count_try((THREE, "here"), (wide, "all"))
    assert not tries.read_wait((wide, "all")), "three came through, and those count"
    assert not tries.count_try((THREE, "elsewhere"), (wide, "all"))


def test_ended_counters_are_removed_and_no_others() -> None:
    tries.count_try((THREE, "a"))
    end_windows()
    tries.count_try((THREE, "b"))
    assert tries.remove_ended() == 1
    assert Tries.objects.count() == 1


# --- logging in -------------------------------------------------------------------------------------------------------


@pytest.fixture
def officer(city: Any) -> Account:
    account = Account.objects.get(pk=int(city.window.person[2:]))
    account.set_password(PASSWORD)
    account.save()
    return account


def enter(name: str, password: str, address: str, client: Client | None = None) -> Any:
    client = client or Client()
    return client.post("/accounts/login/", {"login": name, "password": password}, REMOTE_ADDR=address)


def test_five_wrong_passwords_shut_the_account_at_that_address_for_a_quarter_of_an_hour(officer: Account) -> None:
    for _ in range(5):
        assert "15 分钟后再试" not in enter(officer.username, "wrong", "203.0.113.1").content.decode()
    shut = enter(officer.username, PASSWORD, "203.0.113.1")
    assert shut.status_code == 200 and "请 15 分钟后再试" in shut.content.decode()
    end_windows()
    assert enter(officer.username, PASSWORD, "203.0.113.1").status_code == 302


def test_a_stranger_cannot_lock_an_officer_out(officer: Account) -> None:
    for n in range(40):
        enter(officer.username.upper() if n % 2 else officer.username, "wrong", "203.0.113.1")
    assert enter(officer.username, PASSWORD, "198.51.100.7").status_code == 302


def test_many_strangers_cannot_lock_out_a_known_device(officer: Account) -> None:
    known = Client()
    assert enter(officer.username, PASSWORD, "198.51.100.7", known).status_code == 302
    cookie = known.cookies["yichuang_device"]
    assert cookie["httponly"] and cookie["path"] == "/accounts/" and officer.username not in cookie.value
    for n in range(40):
        enter(officer.username, "wrong", f"203.0.113.{n}")
    shut = enter(officer.username, PASSWORD, "203.0.113.200")
    assert "分钟后再试" in shut.content.decode()  # from a new place while the account is under attack
    known.post("/accounts/logout/")
    assert enter(officer.username, PASSWORD, "203.0.113.1", known).status_code == 302
    # a stolen browser is no free way to try passwords
    known.post("/accounts/logout/")
    for _ in range(5):
        enter(officer.username, "wrong", "203.0.113.1", known)
    assert "分钟后再试" in enter(officer.username, PASSWORD, "203.0.113.1", known).content.decode()


def test_a_limit_set_high_lets_no_stranger_lock_an_officer_out(city: Any, officer: Account) -> None:
    from yichuang.aggregates.settings import set_parameter
    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.security import NUMBERS

    for name, value in (("login_tries", 20), ("login_minutes", 5)):
        set_parameter(NUMBERS, name, value, SYSTEM)
    for _ in range(2):  # twice five minutes, within the quarter of an hour that all addresses share
        for _ in range(20):
            enter(officer.username, "wrong", "203.0.113.1")
        Tries.objects.filter(key__startswith="login/here/").update(ends_at=timezone.now() - timedelta(seconds=1))
    assert "15 分钟后再试" in enter(officer.username, PASSWORD, "203.0.113.1").content.decode()
    assert enter(officer.username, PASSWORD, "198.51.100.7").status_code == 302


def test_a_forged_device_is_no_device(officer: Account) -> None:
    forged = Client()
    forged.cookies["yichuang_device"] = "WyJ4IixbImEiXV0:1abc:xyz"
    for _ in range(5):
        enter(officer.username, "wrong", "203.0.113.1", forged)
    assert "分钟后再试" in enter(officer.username, PASSWORD, "203.0.113.1").content.decode()


def test_tries_that_fail_on_the_form_count(officer: Account) -> None:
    for _ in range(30):
        enter("", "", "203.0.113.1")
    assert "分钟后再试" in enter(officer.username, PASSWORD, "203.0.113.1").content.decode()


def test_a_password_of_ones_own_reset_forgets_no_tries_on_others(officer: Account) -> None:
    from allauth.account.adapter import get_adapter
    from django.test import RequestFactory

    for n in range(30):
        enter(f"somebody{n}", "wrong", "203.0.113.1")
    request = RequestFactory(REMOTE_ADDR="203.0.113.1").post("/")
    get_adapter(request)._delete_login_attempts_cached_email(request, username="mine")
    assert "分钟后再试" in enter(officer.username, PASSWORD, "203.0.113.1").content.decode()


def test_behind_a_trusted_proxy_each_visitor_counts_alone(officer: Account, settings: Any) -> None:
    from yichuang.kernel.visitor import read_networks

    settings.TRUSTED_PROXIES = read_networks(["127.0.0.1"])

    def through_proxy(password: str, visitor: str) -> Any:
        return Client(headers={"x-forwarded-for": visitor}).post(
            "/accounts/login/", {"login": officer.username, "password": password}
        )

    for n in range(11):
        for _ in range(2):
            through_proxy("wrong", f"203.0.113.{n}")
    assert through_proxy(PASSWORD, "203.0.113.0").status_code == 302
    for _ in range(3):
        through_proxy("wrong", "203.0.113.0")
    assert "分钟后再试" in through_proxy(PASSWORD, "203.0.113.0").content.decode()
    assert through_proxy(PASSWORD, "203.0.113.1").status_code == 302
    settings.TRUSTED_PROXIES = ()
    assert through_proxy(PASSWORD, "203.0.113.0").status_code == 302  # a visitor's own word changes nothing


def test_the_ledger_has_the_visitors_address(officer: Account, settings: Any) -> None:
    from yichuang.faces.who import meta
    from yichuang.kernel.visitor import read_networks

    settings.TRUSTED_PROXIES = read_networks(["127.0.0.1"])
    client = Client(headers={"x-forwarded-for": "203.0.113.5"})
    client.force_login(officer)
    answer = client.get("/desk/")
    assert meta(answer.wsgi_request)["ip"] == "203.0.113.5"
    assert "HTTP_X_FORWARDED_FOR" not in answer.wsgi_request.META


# --- what all addresses share -----------------------------------------------------------------------------------------

Knock = Callable[[str], bool]  # a wrong try from an address: whether it was stopped
NUMBER = "410105198505059977"
FRESH = count()


def ask_progress(address: str) -> bool:
    sent = {"number": "410100ABC20180101001", "code": "222222"}
    return Client(REMOTE_ADDR=address).post("/progress", sent).status_code == 429


def prove_name(address: str) -> bool:
    """By another account each time: one address may have many."""
    client = Client(REMOTE_ADDR=address)
    client.force_login(Account.objects.create_user(f"another{next(FRESH)}"))
    answer = client.post("/account/real-name", {"name": "张3", "id_type": "111", "number": NUMBER})
    return "次数过多" in answer.content.decode()


def sign_up(address: str) -> bool:
    sent = {"username": "x", "id_number": NUMBER}
    return Client(REMOTE_ADDR=address).post("/accounts/signup/", sent).status_code == 429


def log_in(address: str) -> bool:
    return "分钟后再试" in enter("window1", "wrong", address).content.decode()


SHARED = [
    (ask_progress, tries.PROGRESS_HERE, tries.PROGRESS_NUMBER),
    (prove_name, tries.BIND_HERE, tries.BIND_NUMBER),
    (sign_up, tries.SIGNUP_HERE, tries.SIGNUP_NUMBER),
    (log_in, tries.LOGIN_HERE, tries.LOGIN_ACCOUNT),
]
each_shared = pytest.mark.parametrize(("knock", "here", "anywhere"), SHARED, ids=[row[0].__name__ for row in SHARED])


@each_shared
def test_one_address_alone_never_shuts_a_number_for_another(
    city: Any, knock: Knock, here: TryLimit, anywhere: TryLimit
) -> None:
    stopped = [knock("203.0.113.1") for _ in range(anywhere.most + 10)]
    assert stopped == [n >= here.most for n in range(anywhere.most + 10)]
    assert not knock("198.51.100.7")


@each_shared
def test_many_addresses_together_still_shut_a_number(
    city: Any, knock: Knock, here: TryLimit, anywhere: TryLimit
) -> None:
    places = [f"203.0.113.{n}" for n in range(anywhere.most // here.most)]
    for place in places:
        assert not any(knock(place) for _ in range(here.most))
    assert knock("198.51.100.7")
    end_windows()
    assert not knock("198.51.100.7")


@pytest.mark.parametrize(
    ("here", "anywhere"), [*(row[1:] for row in SHARED), (tries.LOGIN_HERE_AT_MOST, tries.LOGIN_ACCOUNT)]
)
def test_what_an_address_may_is_less_than_what_all_share(here: TryLimit, anywhere: TryLimit) -> None:
    assert here.most < anywhere.most and here.seconds == anywhere.seconds


# --- allauth's own limits, on the same cache --------------------------------------------------------------------------


def test_allauths_limits_hold_on_the_cache_in_use_also_under_a_flood_of_keys(officer: Account) -> None:
    from django.core.cache import cache

    client = Client()
    client.force_login(officer)
    sent = {"oldpassword": "wrong", "password1": "x", "password2": "y"}
    answers = [client.post("/accounts/password/change/", sent).status_code for _ in range(5)]
    assert set(answers) == {200}
    for n in range(400):  # more than the 300 entries at which Django would drop a third of all
        cache.set(f"flood-{n}", n, 900)
    shut = client.post("/accounts/password/change/", sent)
    assert shut.status_code == 429 and "请等 1 分钟再试" in shut.content.decode()


# --- other doors ------------------------------------------------------------------------------------------------------


def test_signing_up_counts_forms_that_fail_and_the_number_they_name(city: Any) -> None:
    sent = {"username": "x", "id_number": " 41010519850505997X "}
    answers = [Client().post("/accounts/signup/", sent).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert Client().post("/accounts/signup/", {**sent, "id_number": "1"}).status_code == 200
    assert Client(REMOTE_ADDR="203.0.113.8").post("/accounts/signup/", sent).status_code == 200


def test_an_officer_cannot_try_numbers_of_persons_without_end(city: Any) -> None:
    from tests.db.watching import client

    window, other = client(city.window), client(city.window2)
    sent = {"type": "111", "number": "x"}
    for _ in range(tries.PERSON_OFFICER.most):
        window.post("/desk/intake", sent)
    shut = window.post("/desk/intake", sent)
    assert shut.status_code == 429 and "60 分钟后再查" in shut.content.decode()
    assert other.post("/desk/intake", sent).status_code == 200


def test_names_an_officer_tries_in_vain_on_one_number_stop_no_other_number(city: Any) -> None:
    from tests.db.watching import client

    window = client(city.window)
    sent = {"type": "111", "number": NUMBER, "name": "张3"}
    answers = [window.post("/desk/intake", sent).status_code for _ in range(tries.PERSON_OFFICER.most + 1)]
    assert set(answers[: tries.PERSON_NUMBER.most]) == {422} and set(answers[tries.PERSON_NUMBER.most :]) == {429}
    assert window.post("/desk/intake", {"type": "111", "number": "x"}).status_code == 200


def test_names_cannot_be_tried_on_a_number(city: Any) -> None:
    account = Account.objects.create_user("anybody")
    client = Client()
    client.force_login(account)
    for _ in range(tries.BIND_ACCOUNT.most):
        client.post("/account/real-name", {"name": "张三", "id_type": "111", "number": "1"})
    answer = client.post("/account/real-name", {"name": "张三", "id_type": "111", "number": "1"})
    assert answer.status_code == 422 and "次数过多" in answer.content.decode()


def test_wrong_tokens_end_and_right_ones_never_count(city: Any) -> None:
    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.service import issue_client

    token = issue_client("p", Account.objects.create_user("program"), SYSTEM)[1]
    wrong, right = {"authorization": "Bearer wrong"}, {"authorization": f"Bearer {token}"}
    for _ in range(tries.TOKEN_ADDRESS.most):
        assert Client().get("/api/cases", headers=wrong).status_code == 401
    shut = Client().get("/api/cases", headers=wrong)
    assert shut.status_code == 429 and int(shut["Retry-After"]) <= 300
    assert Client().get("/api/cases", headers=right).status_code == 200


def test_the_public_check_waits_as_long_as_it_says(city: Any) -> None:
    for _ in range(tries.VERIFY_ADDRESS.most):
        assert Client().get("/v/ABCD-EFGH-IJKL-MNOP").status_code == 200
    shut = Client().get("/v/ABCD-EFGH-IJKL-MNOP")
    assert shut.status_code == 429 and "请等 5 分钟再试" in shut.content.decode() and int(shut["Retry-After"]) <= 300
    assert Client(REMOTE_ADDR="203.0.113.8").get("/v/ABCD-EFGH-IJKL-MNOP").status_code == 200
