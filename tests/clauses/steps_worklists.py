"""Steps on the work list: in whose queue a case stands, and with whom it is. Page and API are asked alike."""

from __future__ import annotations

import uuid

from pytest_bdd import parsers, then, when

from tests.clauses.story import Story
from tests.clauses.ways import Pages, text_of
from yichuang.cases.models import Case

QUEUES = {
    "等我": ("", "todo=yes"),
    "等申请人": ("?list=applicant", "waits=applicant"),
    "等他人": ("?list=others", "waits=others"),
}


def find_row(story: Story, name: str, queue: str) -> str:
    """The row of the case in somebody's queue, as the page shows it; nothing when it does not stand there. The API
    lists the same cases.
    """
    story.settle()
    actor, (query, asked) = story.who(name), QUEUES[queue]
    receipt = Case.objects.get(pk=story.case_id).receipt
    page = text_of(Pages().browser(actor).get(f"/desk/{query}"))
    listed = [row["id"] for row in story.programs.ask(actor, f"/cases?{asked}")["cases"]]
    found = next((row for row in page.split("<tr") if receipt in row), "")
    assert bool(found) is (story.case_id in listed)
    return found


@then(parsers.parse("{name}的“{queue}”里有本件，写明在“{holder}”手里"))
def _(story: Story, name: str, queue: str, holder: str) -> None:
    row = find_row(story, name, queue)
    assert holder in row.partition("在谁手里")[2].partition("</td>")[0], row


@then(parsers.parse("{name}的“{queue}”里没有本件"))
def _(story: Story, name: str, queue: str) -> None:
    assert not find_row(story, name, queue)


def read_materials(story: Story, name: str) -> str:
    story.settle()
    return text_of(Pages().browser(story.who(name)).get(f"/desk/case/{story.case_id}/read"))


@then(parsers.parse("{name}看材料的页面写着每份材料的受理标准，可以办结本环节"))
def _(story: Story, name: str) -> None:
    page = read_materials(story, name)
    needed = [m for m in story.standard.materials if m.code in story.case.needed]
    assert needed and all(m.name in page and m.acceptance in page for m in needed)
    assert "办结本环节" in page


@then(parsers.parse("{name}看材料的页面没有“{words}”"))
def _(story: Story, name: str, words: str) -> None:
    assert words not in read_materials(story, name)


@when(parsers.parse("{name}在清单里勾选本件成批制证"))
def _(story: Story, name: str) -> None:
    story.settle()
    browser = Pages().browser(story.who(name))
    sent = {"act": "make_certificate", "case": story.case_id}
    assert story.case_id in text_of(browser.get("/desk/bulk", sent))
    story.said = text_of(browser.post("/desk/bulk", {**sent, "command_id": str(uuid.uuid4())}, follow=True))


@then(parsers.parse("清单写明“制证”{what}"))
def _(story: Story, what: str) -> None:
    said = story.said.partition('role="status"')[2].partition("</ul>")[0]
    assert ("没有办成" if what == "没有办成" else f"“制证”{what}") in said, said
