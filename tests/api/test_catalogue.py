"""The catalogue for programs: the national fields of every item, and a feed of changes that leaves nothing out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.waiting import HANGS
from yichuang.ledger.actor import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.api]


def get(town: Any, path: str, **query: Any) -> Any:
    from django.test import Client

    return Client().get(f"/api{path}", query, headers={"authorization": f"Bearer {town.tokens['owner']}"})


def test_the_items_come_in_the_national_fields(town: Any, django_assert_max_num_queries: Any) -> None:
    get(town, "/catalogue")
    with django_assert_max_num_queries(10):
        answer = get(town, "/catalogue").json()
    food = next(task for task in answer["tasks"] if task["local_catalog_code"] == "ZZ-001")
    assert answer["total"] == len(answer["tasks"]) and answer["pages"] == 1
    assert food["task_name"] == "食品经营许可" and food["link_addr"].endswith("/items/410100/ZZ-001")
    assert food["materials"][0]["material_name"] and food["unconfirmed"]
    assert get(town, f"/catalogue/{food['standard']}").json() == food
    for path, query, status in (
        ("/catalogue/410100/ZZ-001/99", {}, 404),
        ("/catalogue", {"page": "0"}, 422),
        ("/catalogue", {"divison": "410100"}, 422),
    ):
        refused = get(town, path, **query)
        assert refused.status_code == status and refused.json()["next"]


def test_the_feed_gives_each_change_once_in_the_order_of_recording(
    town: Any, django_assert_max_num_queries: Any
) -> None:
    from dataclasses import replace

    from yichuang.catalog.queries import standard
    from yichuang.catalog.service import put_in_force

    with django_assert_max_num_queries(8):
        first = get(town, "/catalogue/changes").json()
    kinds = [change["kind"] for change in first["changes"]]
    assert "listed" in kinds and "published" in kinds and not first["more"]
    positions = [change["position"] for change in first["changes"]]
    assert positions == sorted(set(positions))
    paged, after = [], 0
    while True:
        batch = get(town, "/catalogue/changes", position=after, most=1).json()
        paged += batch["changes"]
        after = batch["next"]
        if not batch["more"]:
            break
    assert paged == first["changes"]
    assert get(town, "/catalogue/changes", position=first["next"]).json()["changes"] == []
    newer = replace(standard("410100/ZZ-001/1"), version=2, valid_from="2026-05-01")
    put_in_force(newer, SYSTEM)
    (change,) = get(town, "/catalogue/changes", position=first["next"]).json()["changes"]
    assert (change["kind"], change["standard"], change["day"]) == ("published", "410100/ZZ-001/2", "2026-05-01")
    assert change["digest"] and change["name"] == "食品经营许可" and change["department"] == "410100/scjg"
    assert get(town, "/catalogue/changes", position="-1").status_code == 422


@pytest.mark.django_db(transaction=True)
def test_what_is_recorded_late_is_not_passed_over(settings: Any, tmp_path: Any) -> None:
    """A transaction that drew its position early and ends late: its change comes with the next request."""
    import threading
    from dataclasses import replace

    from django.db import connection, transaction

    from tests.api.conftest import make
    from yichuang.catalog.changes import list_changes
    from yichuang.catalog.queries import standard
    from yichuang.catalog.service import put_in_force

    settings.ROOTS_DIR, settings.SECRETS_DIR = tmp_path / "roots", tmp_path / "secrets"
    drawn, end = threading.Event(), threading.Event()

    def publish_slowly() -> None:
        with transaction.atomic():
            put_in_force(replace(standard("410100/ZZ-001/1"), version=2), SYSTEM)
            drawn.set()
            end.wait(HANGS)
        connection.close()

    for _ in make():
        place = list_changes(0).next
        thread = threading.Thread(target=publish_slowly)
        thread.start()
        assert drawn.wait(HANGS)
        early = list_changes(place)
        assert early.changes == () and early.next == place and early.more
        end.set()
        thread.join()
        (change,) = list_changes(early.next).changes
        assert change.standard == "410100/ZZ-001/2"


@pytest.mark.clause("3.5a.3")
@pytest.mark.api
def test_what_to_prepare_by_the_answers(town: Any, call: Any) -> None:
    """3.5a: a program asks the same few questions, and reads the same list."""
    town.city.at("2018-03-12 10:00")
    address = "/api/items/410100/ZZ-001/preparation"
    everything = call("owner", "GET", address).json()
    assert [q["name"] for q in everything["questions"]] == ["not-needed", "for-whom", "situation", "vending"]
    open_ones = {m["code"]: m["condition"] for m in everything["materials"] if m["condition"]}
    assert "M05" in open_ones and "自动售货" in open_ones["M05"]
    told = call("owner", "GET", f"{address}?answer=situation:new&answer=vending:no").json()
    assert "M05" not in {m["code"] for m in told["materials"]}
    assert told["days"]["told"] == "2018-03-19" and told["days"]["certain"]
    spared = call("owner", "GET", f"{address}?answer=not-needed:1").json()
    assert spared["unneeded"]["basis"] == "食品安全法35条" and not spared["materials"] and spared["days"] is None
    wrong = call("owner", "GET", f"{address}?answer=vending:maybe")
    assert wrong.status_code == 422 and "vending" in wrong.json()["detail"]
    assert call("owner", "GET", "/api/items/410100/ZZ-999/preparation").status_code == 404
