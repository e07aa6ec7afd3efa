"""The register of laws: what a text cites, what lapses when, what a change asks of whom. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.aggregates.acts import Happened
from yichuang.aggregates.refusal import Refused
from yichuang.catalog.laws import acts
from yichuang.catalog.laws.citing import Citation, list_citations, name_line, read_articles, read_citations
from yichuang.catalog.laws.register import Change, Citing, Register, apply_register, cite_on, list_faults, open_tasks
from yichuang.catalog.laws.seeding import list_founding, seed_laws
from yichuang.catalog.laws.state import Cause, Done, Founded, Law, Publication, Stage, Version, evolve
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import VERIFIED, Standard
from yichuang.kernel.calendar import seed_calendar
from yichuang.ledger.actor import Actor

CITY, NOW = "410100", datetime(2026, 3, 2, 2, tzinfo=UTC)
TODAY = date(2026, 3, 2)
OFFICE = Actor("a:1", post_kind="office", department=f"{CITY}/zwb", division=CITY, source="simulated")
HEAD = Actor("a:2", post_kind="head", department=f"{CITY}/scjg", division=CITY)
FOOD_LAW = "食品安全法"


@cache
def food() -> Standard:
    return next(s for s in load_standards() if (s.division, s.item) == (CITY, "ZZ-001"))


def apply(law: Law, event: object) -> Law:
    return evolve(law, Happened(event, "a:1", NOW, NOW))


def seeded(title: str) -> Law:
    seed = seed_laws()[title]
    return apply(Law(title), Founded(seed.law, seed.versions, seed.checked))


def whole() -> Register:
    laws = {title: seeded(title) for title in seed_laws()}
    return Register(laws | {alias: law for law in laws.values() for alias in law.about.aliases})


def facts(actor: Actor = OFFICE, *citing: Citing) -> acts.LawFacts:
    return acts.LawFacts(NOW, actor, CITY, seed_calendar(), 20, citing)


def do(law: Law, command: object, actor: Actor = OFFICE, *citing: Citing) -> Law:
    return acts.LIFE.decide(law, command, facts(actor, *citing))[0]


def test_a_document_names_a_law_as_the_register_does_and_none_that_has_ended() -> None:
    known = seeded(FOOD_LAW)
    renamed = replace(known, about=replace(known.about, title="食品安全法典", aliases=(FOOD_LAW,)))
    register = Register({FOOD_LAW: renamed, "食品安全法典": renamed})
    assert cite_on(register, "食品安全法（2021修正） 35条", TODAY) == "食品安全法典（2021修正） 35条"
    gone = Register({FOOD_LAW: replace(known, gone=TODAY, gone_by="某决定")})
    assert cite_on(gone, "食品安全法35条", TODAY) == ""
    assert cite_on(gone, "食品安全法35条", date(2026, 3, 1)) == "食品安全法35条", (
        "of a day before, it still was the law"
    )
    assert cite_on(gone, "食品安全法35条；没有登记的办法3条", TODAY) == "没有登记的办法3条"


def cites(title: str = FOOD_LAW, standard: Standard | None = None) -> Citing:
    known = standard or food()
    mine = tuple(c for c in list_citations(known, seed_laws()) if c.law == title)
    return Citing(known.key, known.name, f"{CITY}/scjg", mine)


AMEND = acts.Amend("2026修正", date(2026, 5, 1), "35条", "主席令第9号")


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("33条一款一项", (33,)),
        ("7、8、10条（20个工作日；有效期5年）", (7, 8, 10)),
        ("22-26条", (22, 23, 24, 25, 26)),
        ("9至12条", (9, 10, 11, 12)),
        ("1至999999999条", (1,)),
        ("12至9条", (9, 12)),
        (f"{'9' * 5000}条", ()),
        ("第三十二条第一款第（四）项", (32,)),
        ("16条、29条二款", (16, 29)),
        ("期限条款", ()),
        ("附件第101项", ()),
        ("15个工作日", ()),
    ],
)
def test_articles_are_read_as_they_are_written(text: str, articles: tuple[int, ...]) -> None:
    assert read_articles(text) == articles


@pytest.mark.parametrize(
    ("text", "laws"),
    [
        ("食品安全法实施条例15条", ["食品安全法实施条例"]),
        ("食品安全法实施办法12条", ["食品安全法实施办法"]),  # no law of ours: not taken for the one it begins with
        ("示范市城市绿化条例9条", ["示范市城市绿化条例"]),
        ("文物保护法43条；河南省实施文物保护法办法27条", ["文物保护法", "河南省实施文物保护法办法"]),
        ("参照《中华人民共和国食品安全法》35条", ["食品安全法"]),
        ("本市程序数据（演示），参照行政许可法44条", ["行政许可法"]),
        ("条例写 3 日，依许可法 82 条按工作日计", ["许可法"]),
        ("本市程序数据（演示）", []),
        ("条例22条", []),
        ("民法典223条；发改价格规〔2016〕2559号", ["民法典", "发改价格规〔2016〕2559号"]),
    ],
)
def test_the_longest_law_is_cited_and_no_other(text: str, laws: list[str]) -> None:
    assert [c.law for c in read_citations("x", text, whole().laws)] == laws


def test_every_packaged_standard_may_be_published_then_and_now() -> None:
    register = whole()
    for standard in load_standards():
        for day in (date(2018, 3, 1), TODAY):
            assert list_faults(register, standard, day) == [], standard.key


def test_every_line_names_itself() -> None:
    lines = {c.line for c in list_citations(food(), seed_laws())}
    assert {"bases/b1", "conditions/c1", "materials/M02/basis", "procedure"} <= lines
    assert [name_line(x) for x in ("bases/b1", "conditions/c2", "materials/M03/basis", "procedure")] == [
        "设定依据1", "条件2", "材料M03", "办理程序",
    ]  # fmt: skip


def test_an_amendment_asks_only_those_who_cite_what_it_changed() -> None:
    law = do(seeded(FOOD_LAW), AMEND, OFFICE, cites())
    (task,) = law.tasks
    cited = ("bases/b1", "unneeded/u1/basis", "unneeded/u2/basis", "materials/M01/basis")
    assert task.lines == cited, "its conditions cite article 33"
    assert task.due == date(2026, 5, 1), "the change holds later than twenty working days from now"
    assert do(seeded(FOOD_LAW), replace(AMEND, changed="150条"), OFFICE, cites()).tasks == ()


def test_a_basis_lapses_with_its_article_and_with_no_other() -> None:
    amended, other = do(seeded(FOOD_LAW), AMEND), do(seeded(FOOD_LAW), replace(AMEND, changed="150条"))
    for law, until in ((amended, "2026-04-30"), (other, "")):
        lawful = apply_register(Register(whole().laws | {FOOD_LAW: law}), food(), TODAY)
        assert lawful.bases[0].in_force_to == until
        faults = list_faults(Register(whole().laws | {FOOD_LAW: law}), food(), date(2026, 5, 1))
        assert [f.line for f in faults] == (["bases/b1"] if until else [])
    assert food().bases[0].in_force_to == "", "the document stays as it was published"


def test_what_is_unpublished_or_gone_is_cited_nowhere() -> None:
    laws = whole().laws
    hidden = do(seeded(FOOD_LAW), acts.Hide("internal", "v"), OFFICE, cites())
    lawful = apply_register(Register(laws | {FOOD_LAW: hidden}), food(), TODAY)
    assert all(FOOD_LAW not in b.law or "条例" in b.law for b in lawful.bases)
    assert {f.code for f in list_faults(Register(laws | {FOOD_LAW: hidden}), food(), TODAY)} == {"law-unpublished"}
    gone = do(seeded("行政许可法"), acts.Repeal(TODAY, "主席令第1号"))
    register = Register(laws | {"行政许可法": gone})
    assert apply_register(register, food(), TODAY).procedure.basis("accept") == ()
    assert apply_register(register, food(), date(2026, 3, 1)).procedure.basis("accept") != ()


def test_a_judgement_keeps_the_basis_and_what_is_repealed_cannot_be_judged() -> None:
    law = do(seeded(FOOD_LAW), AMEND, OFFICE, cites())
    judged = do(law, acts.Judge("1", "v"), HEAD)
    assert judged.tasks[0].done is Done.JUDGED
    assert apply_register(Register(whole().laws | {FOOD_LAW: judged}), food(), TODAY).bases[0].in_force_to == ""
    repealed = do(seeded(FOOD_LAW), acts.Repeal(TODAY, "主席令第1号"), OFFICE, cites())
    for actor, held, code in ((HEAD, repealed, "not-judgeable"), (OFFICE, law, "not-head")):
        with pytest.raises(Refused) as refused:
            do(held, acts.Judge("1", "v"), actor)
        assert refused.value.code == code


def test_only_the_city_s_office_moves_the_register() -> None:
    county = replace(OFFICE, division="410182")
    for actor in (HEAD, county, Actor("a:9")):
        with pytest.raises(Refused) as refused:
            do(seeded(FOOD_LAW), AMEND, actor)
        assert refused.value.code == "not-legal-desk"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(AMEND, changed="若干条款"), "no-articles"),
        (replace(AMEND, label=""), "bad-text"),
        (replace(AMEND, label="2021修正"), "version-known"),
        (acts.Compare("食品安全法（1999）", "1条"), "no-version"),
        (acts.Retract("v"), "nothing-to-retract"),
        (acts.Hide("published", "v"), "same-publication"),
        (acts.Publish(" "), "bad-text"),
    ],
)
def test_what_cannot_be_entered_is_refused(command: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        do(seeded(FOOD_LAW), command)
    assert refused.value.code == code


def test_what_was_compared_is_sure() -> None:
    law = do(
        seeded("食品经营许可和备案管理办法"),
        acts.Compare("食品经营许可和备案管理办法（市监总局令78号，2023-12-01起）", "15条"),
    )
    basis = replace(food().bases[2], article="15条")
    standard = replace(food(), bases=(basis,))
    lawful = apply_register(Register(whole().laws | {law.title: law}), standard, TODAY)
    assert (basis.confidence, lawful.bases[0].confidence) == ("memory-high", VERIFIED)


def test_taking_back_an_amendment_leaves_nothing_of_it() -> None:
    law = do(do(seeded(FOOD_LAW), AMEND, OFFICE, cites()), acts.Retract("v"))
    assert law.versions == seeded(FOOD_LAW).versions and law.tasks[0].done is Done.LIFTED
    gone = do(do(seeded(FOOD_LAW), acts.Repeal(TODAY, "主席令第1号")), acts.Retract("v"))
    assert gone.gone is None
    assert do(gone, acts.Hide("unpublished", "v"), OFFICE, cites()).changes == gone.changes + 1


@given(st.sets(st.integers(1, 160), min_size=1), st.sets(st.integers(1, 160)))
def test_nobody_is_asked_for_an_article_that_nobody_changed(changed: set[int], cited: set[int]) -> None:
    change = Change(1, Cause.AMENDED, TODAY, tuple(sorted(changed)))
    one = Citing("410100/X/1", "某事项", "410100/scjg", (Citation("bases/b1", "", FOOD_LAW, "", tuple(sorted(cited))),))
    assert bool(open_tasks(0, change, (one,), TODAY, TODAY)) == bool(changed & cited)


def test_a_law_first_met_in_a_standard_is_founded_as_its_bases_have_it() -> None:
    basis = replace(food().bases[0], law="示范条例（2020）", level="local_reg")
    standard = replace(food(), bases=(*food().bases, basis))
    found = {f.law.title: f for f in list_founding(standard, ())}
    assert found["示范条例"].versions == (Version("示范条例（2020）"),)
    law = apply(Law("x"), Founded(found["示范条例"].law, found["示范条例"].versions))
    assert (law.stage, law.publication) == (Stage.HELD, Publication.PUBLISHED)


_DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
_ACTS = st.one_of(
    st.builds(
        acts.Amend,
        st.integers(1, 9).map(lambda n: f"第{n}次修正"),
        _DAYS,
        st.sampled_from(["35条", "33条、36条", "全文", "150条"]),
        st.just("决定"),
    ),
    st.builds(acts.Repeal, _DAYS, st.just("决定")),
    st.builds(acts.Hide, st.sampled_from(["internal", "unpublished"]), st.just("v")),
    st.builds(acts.Publish, st.just("公报")),
    st.builds(acts.Retract, st.just("v")),
    st.builds(acts.Judge, st.integers(1, 4).map(str), st.just("v")),
)


@given(st.lists(_ACTS, max_size=8), _DAYS)
def test_whatever_the_desk_enters_acts_cite_what_could_be_published_and_nothing_else(
    entered: list[object], day: date
) -> None:
    law, citing = seeded(FOOD_LAW), cites()
    for command in entered:
        try:
            law = do(law, command, HEAD if isinstance(command, acts.Judge) else OFFICE, citing)
        except Refused:
            continue
    register = Register(whole().laws | {FOOD_LAW: law})
    faulty = {fault.line for fault in list_faults(register, food(), day)}
    kept = {basis.law: basis for basis in apply_register(register, food(), day).bases}
    for number, basis in enumerate(food().bases, start=1):
        if basis.in_force(day):
            cited = basis.law in kept and kept[basis.law].in_force(day)
            assert cited is (f"bases/b{number}" not in faulty)
    numbers = [task.number for task in law.tasks]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all((task.done is None) is (task.done_on is None) for task in law.tasks)


def test_a_wrong_repeal_is_taken_back_whatever_was_entered_of_its_publication_since() -> None:
    gone = do(do(seeded(FOOD_LAW), acts.Repeal(TODAY, "主席令第1号")), acts.Hide("unpublished", "查无公布"))
    back = do(do(gone, acts.Publish("国家法律法规数据库")), acts.Retract("v"))
    assert (back.gone, back.gone_by, back.last) == (None, "", None)
    assert not [task for task in back.tasks if task.done is None]
