"""补收材料: what an applicant brings before the notice of correction (许可法32条一款四项)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cases.bench import AGENT, CITIZEN, STRANGER, WINDOW, WINDOW2, Life
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases.core import commands as co
from yichuang.cases.core import events as ev
from yichuang.cases.core.state import Stage

ASK = co.AskCorrection("缺件", ("M03",))


def add(*materials: str, way: str = "paper") -> co.AddMaterials:
    return co.AddMaterials({m: (way,) for m in materials})


def life(without: tuple[str, ...] = ("M03",)) -> Life:
    return Life().at("2018-02-09").received(without=without)


def test_what_was_forgotten_completes_the_application_and_moves_no_clock() -> None:
    case = life()
    before = case.case
    (added,) = case.at("2018-02-11").do(add("M03"), WINDOW2)
    assert added == ev.MaterialsAdded({"M03": ("paper",)}, date(2018, 2, 11))
    assert (case.case.missing, case.case.received_on) == ((), before.received_on)
    assert (case.case.stage, case.case.generation) == (Stage.RECEIVED, before.generation)
    case.do(co.Accept(), WINDOW)
    assert case.case.accepted_on == date(2018, 2, 11)


def test_who_takes_it_in_at_the_window_never_reviews() -> None:
    case = life()
    case.do(add("M03"), WINDOW2)
    assert WINDOW2.person in case.case.intake
    case = life()
    case.do(add("M03"), AGENT)
    assert AGENT.person not in case.case.intake


def test_silence_still_accepts_on_the_old_date() -> None:
    """A paper brought on the last day puts nothing off."""
    case = life(without=("M03", "M08"))
    case.at("2018-02-22").do(add("M03"), WINDOW)
    case.at("2018-02-23 00:00").tick()
    assert case.case.silent
    refused = case.refuse(add("M08"), WINDOW)
    assert (refused.code, refused.kind) == ("accepted-already", Kind.RULE)
    assert "补正材料" in refused.next
    case.do(co.Supply({"M08": ("paper",)}), WINDOW)
    assert not case.case.missing


def test_a_notice_ends_it_and_says_so() -> None:
    case = life()
    case.do(ASK, WINDOW)
    refused = case.refuse(add("M03"), CITIZEN)
    assert refused.code == "correction-asked"
    assert "2018年2月9日" in refused.message
    assert "第三十二条" in refused.clause
    assert "补正材料" in refused.next
    case.do(co.Supply({"M03": ("u2",)}), CITIZEN)
    assert case.refuse(add("M03"), CITIZEN).code == "correction-asked", "everything asked for has come"


@pytest.mark.parametrize("command", [add("M99"), co.AddMaterials(), co.AddMaterials({"M03": ()})])
def test_only_what_the_standard_needs_and_something_at_all(command: co.AddMaterials) -> None:
    assert life().refuse(command, CITIZEN).code in ("material-not-listed", "nothing-supplied")


def test_only_the_applicant_and_the_window() -> None:
    assert life().refuse(add("M03"), STRANGER).code == "not-your-act"


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "receive", "ask", "supply", "accept"]),
        st.sampled_from(["M01", "M03", "M08", "M99"]),
        st.sampled_from(["paper", "u3", "u4"]),
    ),
    max_size=12,
)


@given(moves=MOVES, without=st.sets(st.sampled_from(["M01", "M03", "M08"])))
def test_a_material_added_never_disappears(moves: list[tuple[str, str, str]], without: set[str]) -> None:
    """Whatever happens afterwards, and whatever is refused, each way in which a material came stays."""
    case = Life().at("2018-02-09").submit(without=tuple(without))
    came: set[tuple[str, str]] = {(m, way) for m, ways in case.case.given.items() for way in ways}
    for name, material, way in moves:
        command, actor = {
            "add": (co.AddMaterials({material: (way,)}), CITIZEN),
            "receive": (co.Receive(), WINDOW),
            "ask": (co.AskCorrection("缺件", ("M03",)), WINDOW),
            "supply": (co.Supply({material: (way,)}), CITIZEN),
            "accept": (co.Accept(), WINDOW),
        }[name]
        try:
            did = case.do(command, actor)
        except Refused as refused:
            assert refused.message
            assert (
                name != "add"
                or case.case.stage not in (Stage.SUBMITTED, Stage.RECEIVED)
                or material == "M99"
                or (case.case.correction is not None)
            ), "refused without a reason of law"
        else:
            came |= {(m, w) for e in did for m, ways in getattr(e, "given", {}).items() for w in ways}
        assert came <= {(m, w) for m, ways in case.case.given.items() for w in ways}
