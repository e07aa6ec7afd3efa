"""Files of documents: made once, made again when lost, without what was destroyed; altered and foreign ones named."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests.db.documents.lives import Lives, one, papers
from tests.db.documents.test_papers import pdf
from yichuang.documents import queries, service, tasks
from yichuang.documents.inspecting import inspect
from yichuang.documents.models import File
from yichuang.documents.verify import read_authority
from yichuang.ledger import vault
from yichuang.ledger.actor import SYSTEM, Actor
from yichuang.ledger.models import Entry
from yichuang.ledger.vault import split_reference


def said(case: str, kind: str) -> Any:
    """What the document says, before rendering."""
    return service.gather(f"case/{case}", one(case, kind).seq).say()


def test_a_second_opening_gives_the_same_file(lives: Lives) -> None:
    case = lives.accepted()
    seq = one(case, "acceptance").seq
    first = service.open(f"case/{case}", seq, lives.window)
    assert first is not None
    assert service.open(f"case/{case}", seq, lives.city.citizen) == first
    assert File.objects.count() == Entry.objects.filter(stream=f"paper/{case}").count() == 1


def test_who_may_not_see_the_case_gets_nothing(lives: Lives) -> None:
    case = lives.accepted()
    seq = one(case, "acceptance").seq
    stranger = Actor(person="a:99", subjects=("s:2",))
    elsewhere = Actor(person="a:98", post="x", post_kind="head", department="410100/wjw", division="410100")
    for actor in (stranger, elsewhere):
        assert service.open(f"case/{case}", seq, actor) is None
        assert queries.papers(actor, f"case/{case}") is None
    assert not File.objects.exists()
    with pytest.raises(LookupError):
        service.make(f"case/{case}", 99)


def test_the_content_is_the_same_whenever_it_is_made(lives: Lives) -> None:
    """A receipt made after the case was closed says what it said on the day it was issued."""
    case = lives.filed()
    lives.do(case, "receive", lives.window, originals=[])
    then = said(case, "receipt")
    lives.do(case, "accept", lives.window)
    lives.do(case, "withdraw", lives.city.citizen, at="2018-03-15 08:30", reason="不办了")
    assert said(case, "receipt") == then


def test_a_lost_file_is_made_again_with_the_same_content(lives: Lives) -> None:
    case = lives.accepted()
    seq = one(case, "acceptance").seq
    first = service.make(f"case/{case}", seq)
    default_storage.delete(first.key)
    second = service.make(f"case/{case}", seq)
    assert (second.generation, second.content) == (2, first.content)
    assert default_storage.exists(second.key)


@pytest.mark.parametrize("name", ["陈镕", "𠮷野家（郑州）餐饮店", "钅卢𬭊"])
def test_rare_characters_of_a_name_are_kept(lives: Lives, seals: Path, name: str) -> None:
    case = lives.accepted(name=name)
    assert said(case, "acceptance").to == name
    file = service.make(f"case/{case}", one(case, "acceptance").seq)
    assert inspect(pdf(file), read_authority(seals / "seals").root).genuine


@pytest.mark.django_db(transaction=True)
def test_a_destroyed_text_is_said_to_be_destroyed(lives: Lives) -> None:
    case = lives.refused()
    paper = one(case, "refusal")
    before = service.make(f"case/{case}", paper.seq)
    event = service.gather(f"case/{case}", paper.seq).event
    parts = split_reference(event.reason)
    assert parts is not None
    with transaction.atomic():
        vault.destroy_row(parts[0], "郑政务〔2018〕1号", SYSTEM)
    shown = queries.paper(lives.window, f"case/{case}", paper.seq)
    assert shown is not None and not shown[1].file, "the file that quotes it is not handed out any more"
    after = service.make(f"case/{case}", paper.seq)
    assert after.generation == 2 and after.content != before.content
    assert any(vault.DESTROYED in p for p in said(case, "refusal").paragraphs)
    assert service.drop_destroyed() == 1 and service.drop_destroyed() == 0
    assert not default_storage.exists(before.key) and default_storage.exists(after.key)
    known = queries.file_by_digest(before.digest)
    assert known is not None and not known.current


def test_a_destroyed_application_leaves_a_document_without_name_and_scope(lives: Lives) -> None:
    case = lives.granted()
    form = next(e for e in Entry.objects.filter(stream=f"case/{case}").order_by("seq"))
    import json

    parts = split_reference(json.loads(form.body)["form"])
    assert parts is not None
    vault.destroy_row(parts[0], "郑政务〔2018〕1号", SYSTEM)
    licence = said(case, "licence")
    assert licence.holder == vault.DESTROYED
    assert "经营场所地址" not in {f.label for f in licence.fields}
    assert said(case, "grant").to == vault.DESTROYED


@pytest.mark.django_db(transaction=True)
def test_two_openings_at_once_make_one_file(lives: Lives) -> None:
    case = lives.accepted()
    seq = one(case, "acceptance").seq
    made: list[File] = []

    def open_it() -> None:
        try:
            lives.city.at("2018-03-13 11:00")
            made.append(service.make(f"case/{case}", seq))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=open_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({file.digest for file in made}) == 1 and len(made) == 3
    assert File.objects.count() == Entry.objects.filter(stream=f"paper/{case}").count() == 1
    folder = default_storage.listdir(f"papers/{case}")
    assert len(folder[1]) == 1


def test_a_failure_leaves_no_bytes_behind(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    case = lives.accepted()

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the ledger is away")

    monkeypatch.setattr(service, "record", broken)
    with pytest.raises(RuntimeError):
        service.make(f"case/{case}", one(case, "acceptance").seq)
    assert default_storage.listdir(f"papers/{case}")[1] == []


@pytest.mark.clause("3.5c.4")
@pytest.mark.breach
def test_an_altered_file_is_named(lives: Lives, seals: Path) -> None:
    case = lives.granted()
    data = pdf(service.make(f"case/{case}", one(case, "licence").seq))
    root = read_authority(seals / "seals").root
    altered = data.replace(b"/FlateDecode", b"/FlateDecodf", 1)
    found = inspect(altered, root)
    assert not found.genuine and not found.intact
    assert any("被改动" in message for message in found.messages)
    longer = inspect(data + b"\n% more", root)
    assert not longer.genuine and not longer.covers_whole


@pytest.mark.clause("3.5c.4")
@pytest.mark.breach
def test_a_file_of_another_installation_is_named(lives: Lives, seals: Path, tmp_path: Path, settings: Any) -> None:
    ours = read_authority(seals / "seals").root if (seals / "seals" / "root.cer").exists() else None
    case = lives.accepted()
    if ours is None:
        service.make(f"case/{case}", one(case, "receipt").seq)
        ours = read_authority(seals / "seals").root
    settings.DATA = tmp_path / "other"
    found = inspect(pdf(service.make(f"case/{case}", one(case, "acceptance").seq)), ours)
    assert found.intact and not found.trusted and not found.genuine
    assert any("不在本系统信任的根证书之列" in message for message in found.messages)


def test_a_job_makes_the_file_and_asking_twice_is_asking_once(lives: Lives) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    case = lives.accepted()
    seq = one(case, "acceptance").seq
    tasks.ask(f"case/{case}", seq)
    tasks.ask(f"case/{case}", seq)
    jobs = ProcrastinateJob.objects.filter(task_name="yichuang.documents.tasks.make_paper")
    assert [job.args for job in jobs] == [{"stream": f"case/{case}", "seq": seq}]


def test_statements(lives: Lives) -> None:
    """Opening a file that is there asks little; making one asks what it must."""
    case = lives.granted()
    seq = one(case, "licence").seq
    with CaptureQueriesContext(
        connection,
    ) as made:
        service.make(f"case/{case}", seq)
    with CaptureQueriesContext(connection) as shown:
        queries.paper(lives.window, f"case/{case}", seq)
    with CaptureQueriesContext(connection) as listed:
        queries.papers(lives.window, f"case/{case}")
    with CaptureQueriesContext(connection) as checked:
        queries.by_code(papers(case)[0].code)
    assert len(made) <= 22
    assert len(shown) <= 2 and len(listed) <= 2
    assert len(checked) <= 4
