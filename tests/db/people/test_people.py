"""Accounts, real names, persons and organisations: one person, one account; found or entered by number; masked."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from yichuang.aggregates.refusal import Invalid, Refused
from yichuang.kernel.codes import resident_id, uscc
from yichuang.ledger import vault
from yichuang.ledger.actor import Actor
from yichuang.ledger.models import Entry
from yichuang.ledger.service import now
from yichuang.people import queries, service
from yichuang.people.face import Reader
from yichuang.people.models import Account, RealNameCheck, Subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_store")]
SECURITY = Actor("a:98", post="410100/zwb/secadmin/1", post_kind="secadmin")
WINDOW = Actor("a:99", post="410100/zwb/window/1", post_kind="window", channel="window")
NUMBER = resident_id.build("410105", date(1985, 5, 5), 997)
OTHER = resident_id.build("410105", date(1990, 1, 1), 998)
CODE = uscc.build("9", "1", "410105", "DEM09999")


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda error: error.code == code)


def account(username: str = "zhangsan") -> Account:
    return service.register_account(username, "a-long-password")


def verified(username: str = "zhangsan", name: str = "张三", number: str = NUMBER) -> Account:
    made = account(username)
    assert service.verify_real_name(made, name, "111", number, service.own_actor(made)).passed
    return made


def ledger() -> str:
    return "\n".join(f"{e.stream} {e.kind} {e.body}" for e in Entry.objects.order_by("position"))


def test_an_account_is_registered_on_record_by_itself_or_by_who_made_it() -> None:
    made = account()
    clerk = service.register_account("window01", "a-long-password", kind="officer", real_name="陈晓窗", actor=SECURITY)
    assert made.check_password("a-long-password")
    assert list(Entry.objects.order_by("position").values_list("stream", "kind", "actor")) == [
        (f"people/account/{made.pk}", "account_registered", f"a:{made.pk}"),
        (f"people/account/{clerk.pk}", "account_registered", SECURITY.person),
    ]


@pytest.mark.parametrize(
    ("username", "says"),
    [
        ("", "没有填写"),
        ("ZhangSan", "已被使用"),
        ("张 三", "用户名只能"),
        ("x" * 10_000, "最多60个字"),
        ("a\x00b", "控制字符"),
    ],
)
def test_user_names_that_cannot_be_are_refused_in_chinese(username: str, says: str) -> None:
    account("zhangsan")
    with pytest.raises(Invalid, match=says):
        account(username)


@pytest.mark.clause("3.5c.2")
def test_a_verified_account_is_tied_to_its_person() -> None:
    made = verified()
    (own,) = queries.own_subjects(made)
    person = Subject.objects.get(pk=own)
    assert (person.name, person.id_number, person.kind) == ("张三", NUMBER, "person")
    made.refresh_from_db()
    assert made.real_name == "张三" and made.verified_at is not None
    assert RealNameCheck.objects.filter(account=made, passed=True, provider="local").count() == 1
    assert "张三" not in ledger() and NUMBER not in ledger()
    # asking again with the same document changes nothing
    assert service.verify_real_name(made, "张 三", "111", f" {NUMBER.lower()} ", service.own_actor(made)).passed
    assert queries.own_subjects(made) == (own,)


def test_a_failed_check_is_kept_and_ties_nothing() -> None:
    made = account()
    verdict = service.verify_real_name(made, "张三", "111", NUMBER[:-1] + "?", service.own_actor(made))
    assert not verdict.passed and verdict.message
    assert RealNameCheck.objects.get().reason == "number"
    assert '"passed":false' in ledger()
    assert queries.own_subjects(made) == () and not Subject.objects.exists()


def test_one_person_has_one_account_and_one_account_one_person() -> None:
    first, second = verified(), account("zhangsan2")
    own = service.own_actor(second)
    assert service.verify_real_name(second, "张三", "111", NUMBER, own).reason == "bound"
    assert service.verify_real_name(second, "张四", "111", NUMBER, own).reason == "other_name"
    assert service.verify_real_name(first, "李四", "111", OTHER, service.own_actor(first)).reason == "own_other"
    assert not Subject.objects.filter(name="李四").exists()  # what was refused left nothing behind
    assert queries.own_subjects(second) == ()


def test_the_window_finds_whom_it_entered_however_the_number_is_typed() -> None:
    person = service.register_subject(
        kind="person", name="李𠮷", id_type="111", number=NUMBER, phone="13800000000", address="示范路1号", actor=WINDOW
    )
    again = service.register_subject(kind="person", name="李𠮷", id_type="111", number=f" {NUMBER} ", actor=WINDOW)
    assert again == person and again.phone == "13800000000"
    wide = "".join(chr(ord(c) + 0xFEE0) for c in NUMBER)
    assert service.find_subject(id_type="111", number=wide) == person
    assert service.find_subject(id_type="414", number=NUMBER) is None
    assert service.find_subject(number=NUMBER) is None
    assert Entry.objects.filter(kind="subject_entered", actor="a:99").count() == 1


def test_another_name_for_a_known_number_is_refused_without_telling_the_name() -> None:
    service.register_subject(kind="person", name="李𠮷", id_type="111", number=NUMBER, actor=WINDOW)
    with pytest.raises(Invalid) as caught:
        service.register_subject(kind="person", name="王五", id_type="111", number=NUMBER, actor=WINDOW)
    assert caught.value.code == "other-name" and "李" not in caught.value.message


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "person", "name": "张三", "id_type": "111", "number": "41010519850505"}, "number"),
        ({"kind": "person", "name": "张三", "id_type": "000", "number": NUMBER}, "type"),
        ({"kind": "person", "name": "Robert'); --", "id_type": "111", "number": NUMBER}, "name"),
        ({"kind": "person", "name": "张" * 10_000, "id_type": "111", "number": NUMBER}, "name"),
        ({"kind": "organisation", "name": "示范公司", "number": CODE[:-1] + "#"}, "number"),
        ({"kind": "organisation", "name": "示" * 10_000, "number": CODE}, "too-long"),
        ({"kind": "organisation", "name": " ", "number": CODE}, "empty"),
        ({"kind": "organisation", "name": "示\u202e范", "number": CODE}, "character"),
    ],
)
def test_what_nobody_is_called_is_refused(fields: dict[str, str], code: str) -> None:
    with refused(code):
        service.register_subject(**fields, actor=WINDOW)
    assert not Subject.objects.exists()


def test_the_database_keeps_one_row_per_number_and_no_half_subjects() -> None:
    Subject.objects.create(kind="person", name="张三", id_type="111", id_number=NUMBER)
    for row in (
        Subject(kind="person", name="李四", id_type="111", id_number=NUMBER),
        Subject(kind="person", name="李四", uscc=CODE),
        Subject(kind="organisation", name="示范公司"),
        Subject(kind="organisation", name="示范公司", uscc=CODE, id_type="111", id_number=OTHER),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
    # the same digits as another kind of document are somebody else's
    Subject.objects.create(kind="person", name="Ann Lee", id_type="414", id_number=NUMBER)


def test_only_the_head_binds_an_organisation() -> None:
    zhang, li = verified(), verified("lisi", "李四", OTHER)
    stranger = account("nobody")
    with refused("not-verified"):
        service.verify_organisation(stranger, CODE, "郑州示范有限公司", service.own_actor(stranger))
    firm = service.verify_organisation(zhang, CODE, "郑州示范有限公司", service.own_actor(zhang))
    assert (firm.legal_name, firm.legal_id_number) == ("张三", NUMBER)
    assert queries.own_subjects(zhang)[1:] == (firm.id,)
    assert service.verify_organisation(zhang, CODE, "郑州示范有限公司", service.own_actor(zhang)) == firm
    with refused("not-head"):
        service.verify_organisation(li, CODE, "郑州示范有限公司", service.own_actor(li))
    with refused("number"):
        service.verify_organisation(li, "1", "郑州示范有限公司", service.own_actor(li))
    assert [a.username for a in queries.accounts_of(firm.id)] == ["zhangsan"]


def test_a_whole_number_is_shown_on_record_with_a_reason_and_never_to_the_public() -> None:
    person = service.register_subject(kind="person", name="张三", id_type="111", number=NUMBER, actor=WINDOW)
    for reason, code in (("查", "reason"), ("理" * 10_000, "too-long")):
        with refused(code):
            service.unmask(person, "id_number", reason, WINDOW, Reader.WINDOW)
    with refused("hidden"):
        service.unmask(person, "id_number", "核对原件与复印件", WINDOW, Reader.PUBLIC)
    with refused("hidden"):
        service.unmask(person, "password", "核对原件与复印件", WINDOW, Reader.WINDOW)
    assert service.unmask(person, "id_number", "核对原件与复印件", WINDOW, Reader.WINDOW) == NUMBER
    (entry,) = Entry.objects.filter(kind="unmasked")
    assert entry.actor == "a:99" and "核对" not in entry.body and NUMBER not in entry.body
    reference = entry.body.split('"reason":"')[1].split('"')[0]
    parts = vault.split_reference(reference)
    assert parts is not None and vault.read_row(parts[0]) == {"reason": "核对原件与复印件"}


def test_contact_changes_are_on_record_without_the_contact() -> None:
    person = service.register_subject(kind="person", name="张三", id_type="111", number=NUMBER, actor=WINDOW)
    service.update_contact(person, "13800000001", "示范路2号", WINDOW)
    person.refresh_from_db()
    assert (person.phone, person.address) == ("13800000001", "示范路2号")
    assert "13800000001" not in ledger() and "contact_updated" in ledger()


def test_a_token_opens_once_shown_and_not_after_it_was_revoked() -> None:
    system = service.register_account("scjg-system", None, kind="system", actor=SECURITY)
    client, token = service.issue_client("市监局业务系统", system, SECURITY, post="410100/scjg/reviewer/1")
    assert queries.find_client_by_token(token, "a.kind") == (client, "system")
    assert token not in client.token_hash and token not in ledger()
    assert queries.find_client_by_token(token + "x") is None
    with refused("taken"):
        service.issue_client("市监局业务系统", system, SECURITY)
    service.revoke_client(client, SECURITY)
    assert queries.find_client_by_token(token) is None


def test_a_token_ends_by_itself_and_whom_it_acts_as_is_told() -> None:
    made = verified()
    with refused("term"):
        service.issue_client("某系统", made, SECURITY, days=731)
    client, token = service.issue_client("某系统", made, SECURITY, days=90)
    assert "某系统" in queries.messages_of(made)[0].text
    client.expires_at = now()
    client.save()
    assert queries.find_client_by_token(token) is None


def test_a_closed_account_acts_for_nobody_and_its_programs_are_out() -> None:
    made = verified()
    _, token = service.issue_client("某系统", made, SECURITY)
    service.close_account(made, SECURITY)
    assert queries.subjects_for(made, date(2018, 3, 1)) == ()
    assert queries.find_client_by_token(token) is None
