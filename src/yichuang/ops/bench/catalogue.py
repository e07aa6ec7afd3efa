"""`bench catalogue`: the pages of list, standards, counties and laws where a city has 996 items and twelve counties.

Every item has two versions, every county a version of its own, and every fifth one differs from the city's in a line
that nobody answered for. They are copies of the demo city's standards, made by SQL: what is measured is reading. Each
page takes turns with its floor, as in `bench pages`, and is bounded by statements too.
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Callable
from typing import Any

import psycopg

from yichuang.ops.bench.common import finish, store
from yichuang.ops.bench.pages import QUICK_ROUNDS, ROUNDS, Page, measure_pages

CITY, COUNTIES, STATEMENTS = "410100", 12, 12
WRITTEN, SUBMITTED = uuid.UUID(int=1), uuid.UUID(int=2)  # two revisions that are under way
DIFFERENT = 5  # of so many items of a county one differs

# Items B-0001, B-0002, … of the city: which published standard each is a copy of
_PREPARE = """
create temporary table wanted as
select 'B-' || lpad(n::text, 4, '0') as code, n, p.key, p.item, p.name, p.department
from generate_series(1, %(items)s) n join (
  select p.*, row_number() over (order by p.item) - 1 as place, count(*) over () as total
  from catalog_in_force l join catalog_published p on p.key = l.current_id where l.division = %(city)s
) p on p.place = n %% p.total;
create temporary table place as
select code from org_division where level = 'county' order by code limit %(counties)s;
"""
_DEPARTMENTS = """
insert into org_department select (jsonb_populate_record(d, jsonb_build_object(
  'id', place.code || '/' || d.code, 'division_id', place.code))).*
from org_department d cross join place where d.division_id = %(city)s on conflict do nothing;
"""
_ITEMS = """
insert into catalog_item select (jsonb_populate_record(i, jsonb_build_object(
  'id', gen_random_uuid(), 'division', d.code, 'code', w.code, 'name', w.name || w.n,
  'department', d.code || '/' || split_part(w.department, '/', 2), 'ends_on', null, 'stage', 'listed'))).*
from wanted w join catalog_item i on i.division = %(city)s and i.code = w.item
cross join (select %(city)s as code union all select code from place) d on conflict do nothing;
insert into catalog_listmove select (jsonb_populate_record(m, jsonb_build_object(
  'stream', 'listing/' || i.id, 'seq', 1, 'division', i.division, 'code', i.code, 'name', i.name,
  'department', i.department, 'change', 1))).*
from catalog_item i cross join catalog_listmove m where i.code like 'B-%%' and (m.stream, m.seq) = (
  select stream, seq from catalog_listmove where kind = 'listed' order by stream limit 1);
"""
_VERSIONS = """
insert into catalog_published select (jsonb_populate_record(p, jsonb_build_object(
  'key', d.code || '/' || w.code || '/' || v, 'item', w.code, 'division', d.code, 'version', v, 'name', w.name || w.n,
  'department', d.code || '/' || split_part(w.department, '/', 2), 'digest', md5(d.code || w.code || v),
  'document', regexp_replace(replace(replace(replace(p.document,
    '"item":"' || w.item || '"', '"item":"' || w.code || '"'),
    '"division":"' || %(city)s || '"', '"division":"' || d.code || '"'),
    '"name":"' || w.name || '"', '"name":"' || w.name || w.n || '"'),
    '"version":[0-9]+', '"version":' || v)))).*
from wanted w join catalog_published p on p.key = w.key
cross join (select %(city)s as code union all select code from place) d
join generate_series(1, 2) v on d.code = %(city)s or v = 1;
insert into catalog_listed (division, item, current_id)
select division, item, max(key) from catalog_published where item like 'B-%%' group by division, item;
insert into catalog_citing (standard, line, text, law, version, articles, until)
select p.key, c.line, c.text, c.law, c.version, c.articles, c.until
from catalog_published p join wanted w on w.code = p.item join catalog_citing c on c.standard = w.key;
"""
_COUNTIES = """
insert into catalog_comparison (county, base, number, made_on)
select p.code || '/' || w.code || '/1', %(city)s || '/' || w.code || '/2', (w.n %% %(different)s = 0)::int, current_date
from wanted w cross join place p;
insert into catalog_countydifference (county, base, line, place, attribute, words, before, after, mark)
select county, base, 'promised', 0, 'limits', '承诺时限由10日改为9日', '10日', '9日', md5(county)
from catalog_comparison where number = 1 and base like %(city)s || '/B-%%';
"""
_REVISIONS = """
create temporary table made as
select gen_random_uuid() as id, w.*, v, case when v = 2 then 'in_force' when n %% 20 = 0 then 'examination'
  else 'drafting' end as stage
from wanted w join generate_series(2, 3) v on v = 2 or n %% 4 = 0;
insert into catalog_revision (id, seq, reckoning, stage, division, item, name, department, version, base, comments,
  effective_on, key, follows, owes, since, moved_at)
select id, 1, 0, stage, %(city)s, code, name || n, department, v, %(city)s || '/' || code || '/' || (v - 1), 0,
  case when v = 2 then current_date end, case when v = 2 then %(city)s || '/' || code || '/2' else '' end, '', '',
  now() - n * interval '1 minute', now() - n * interval '1 minute'
from made;
insert into aggregates_scope (stream, kind, name)
select 'revision/' || id, kind, case kind when 'division' then %(city)s else department end
from made cross join (values ('division'), ('department')) k (kind);
analyze;
"""


def run(items: int, quick: bool) -> int:
    """Returns 0 when the bounds hold."""
    with store("catalogue") as found:
        _make(found.owner, items)
        figures, bounds = measure_pages(_pages(items), QUICK_ROUNDS if quick else ROUNDS)
        figures["load"] = round(os.getloadavg()[0], 1)  # on a busy machine what passed is mostly waiting
        return finish("catalogue", figures, bounds, cases=items, full=not quick)


def _make(owner: str, items: int) -> None:
    """Fill the store, once: the copies, then two revisions through the door."""
    from yichuang.catalog.models import Item, Revision

    if not Item.objects.filter(code="B-0001").exists():
        with psycopg.connect(owner) as connection:
            fill_tables(lambda statement, known: connection.execute(statement.encode(), known), items)
    for id in (WRITTEN, SUBMITTED):
        if not Revision.objects.filter(pk=id).exists():
            under_way = Revision.objects.filter(stage__in=("drafting", "examination")).values("item")
            mine = Item.objects.filter(department=_actor("reviewer").department, code__startswith="B-")
            _begin(id, mine.exclude(code__in=under_way).order_by("code").values_list("code", flat=True)[0])
    if Revision.objects.get(pk=SUBMITTED).stage == "drafting":
        _do(SUBMITTED, "submit", "reviewer")
        _do(SUBMITTED, "sign", "head", opinion="同意。")


def fill_tables(execute: Callable[[str, dict[str, Any]], Any], items: int) -> None:
    """The copies, on a connection of the owner: so many items of the city and of each county."""
    known = {"items": items, "city": CITY, "counties": COUNTIES, "different": DIFFERENT}
    for part in (_PREPARE, _DEPARTMENTS, _ITEMS, _VERSIONS, _COUNTIES, _REVISIONS):
        for statement in filter(str.strip, part.split(";\n")):
            execute(statement, known)


def _do(id: uuid.UUID, act: str, username: str, **data: Any) -> None:
    from yichuang.aggregates.door import perform
    from yichuang.aggregates.prepare import prepare_command
    from yichuang.catalog.revising.acts import ACTS
    from yichuang.catalog.revising.declared import REVISION

    prepared = prepare_command(ACTS.by_name[act], data, subject=REVISION.stream(id))
    perform(REVISION, id, prepared, _actor(username), command_id=uuid.uuid4())


def _actor(username: str) -> Any:
    from yichuang.kernel.localtime import local_day
    from yichuang.ledger.service import now
    from yichuang.org.queries import actor_of_seat, seats_of
    from yichuang.people.models import Account

    account = Account.objects.get(username=username)
    return actor_of_seat(account, seats_of(account, local_day(now()))[0])


def _begin(id: uuid.UUID, item: str) -> None:
    """A revision of a demo standard that promises a day more than it did."""
    from yichuang.catalog.drafting.merge import marks_of
    from yichuang.catalog.revising.manuscript import read_manuscript, save_manuscript

    _do(id, "begin", "reviewer", item=item)
    actor = _actor("reviewer")
    draft = read_manuscript(actor, id)
    assert draft is not None
    sent = {**draft.content, "keywords": [*(draft.content.get("keywords") or []), "开店"]}
    save_manuscript(actor, id, sent, marks_of(draft.content))


def _pages(items: int) -> list[Page]:
    """The pages, each for who works with it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select code from org_division where level = 'county' order by code limit %s", [COUNTIES])
        counties = [code for (code,) in cursor.fetchall()]
    words = ("食品经营", "施工许可", "spjy", "开药店", "挖路", "办学校")

    def item(draw: random.Random, every: int = 1) -> str:
        return f"B-{draw.randint(1, items // every) * every:04}"

    def at(address: str) -> Callable[[random.Random], str]:
        return lambda draw: address

    def page(name: str, who: str, address: str | Callable[[random.Random], str], most: float) -> Page:
        return Page(name, who, at(address) if isinstance(address, str) else address, "twin", most, STATEMENTS)

    def revisions(draw: random.Random) -> str:
        return f"/desk/revisions?page={draw.randint(1, 40)}"

    return [
        page("list_public", "", "/list", 5),
        page("catalogue_public", "", "/items/", 2.5),
        page("search_public", "", lambda draw: f"/search?q={draw.choice(words)}", 12),
        page("guide_public", "", lambda draw: f"/items/{CITY}/{item(draw)}", 3.5),
        page("standard_public", "", lambda draw: f"/studio/{CITY}/{item(draw)}/2", 7),
        page("desk_list", "office", lambda draw: f"/desk/list?page={draw.randint(1, 20)}", 2.5),
        page("desk_revisions", "office", revisions, 5),
        page("desk_revisions_found", "office", lambda draw: f"/desk/revisions?q={item(draw)}&turn=mine", 6),
        page("desk_messages", "office", "/desk/messages", 4.5),
        page("revision_submitted", "office", f"/lives/revision/{SUBMITTED}", 8),
        page("revision_written", "reviewer", f"/lives/revision/{WRITTEN}", 18),
        page("editor", "reviewer", f"/studio/edit/{WRITTEN}", 12),
        page("editor_part", "reviewer", f"/studio/edit/{WRITTEN}/times", 10),
        page("compare", "reviewer", f"/studio/edit/{WRITTEN}/compare", 8),
        page("consistency", "", lambda draw: f"/studio/consistency?at={draw.choice(counties)}", 5),
        page("consistency_item", "",
             lambda draw: f"/studio/consistency/{draw.choice(counties)}/{item(draw, DIFFERENT)}", 10),
        page("desk_consistency", "office", "/desk/consistency", 7.5),
        page("laws_public", "", "/laws", 2.5),
        page("desk_laws", "office", "/desk/laws", 3.5),
    ]  # fmt: skip
