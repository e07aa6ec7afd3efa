"""Papers are read beside their criteria: pictures and PDF in the page, and nothing else is let into a frame."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from tests.db.desk.conftest import Browser, at_most
from tests.db.portal.pages import PDF
from tests.db.world import City
from yichuang.aggregates import uploads

Desk = Callable[..., Browser]


def file_with(city: City) -> tuple[str, str, str]:
    """A received case with a PDF and a picture: ids of the case and of both."""
    city.at("2018-03-12 09:30")
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(picture, "JPEG")
    given = {m.code: ("paper",) for m in city.standard.materials}
    sent = (("M02", "营业执照.pdf", PDF), ("M03", "布局图.jpg", picture.getvalue()))
    kept = [
        uploads.keep(name, data, actor=city.citizen, material=code, wanted=["pdf", "jpg"]) for code, name, data in sent
    ]
    given |= {code: (str(one.id),) for (code, _, _), one in zip(sent, kept, strict=True)}
    id = city.submit(given=given).state.id
    uploads.file_to([one.id for one in kept], city.citizen.person, f"case/{id}")
    city.do(id, "receive", city.window, originals=[])
    return str(id), *(str(one.id) for one in kept)


def test_files_stand_beside_what_they_must_meet(city: City, desk: Desk) -> None:
    id, pdf, picture = file_with(city)
    browser = desk(city.window)
    assert f'href="/desk/case/{id}/read"' in browser.case(id).content.decode()
    page = browser.get(f"/desk/case/{id}/read").content.decode()
    assert f'<iframe class="yc-read__page" src="/desk/case/{id}/file/{pdf}?inline=1"' in page
    assert f'<img class="yc-read__page" src="/desk/case/{id}/file/{picture}"' in page
    material = next(m for m in city.standard.materials if m.code == "M02")
    assert f"受理标准：{material.acceptance}" in page and 'id="act-accept"' in page
    with at_most(12):
        assert browser.get(f"/desk/case/{id}/read").status_code == 200
    city.do(id, "accept", city.window)
    task = next(step.task for step in city.standard.steps if step.code == "S1")
    assert task and task in desk(city.reviewer).get(f"/desk/case/{id}/read").content.decode()


@pytest.mark.breach
def test_only_a_pdf_is_let_into_a_frame_of_ours(city: City, desk: Desk) -> None:
    id, pdf, picture = file_with(city)
    browser = desk(city.window)
    shown = browser.get(f"/desk/case/{id}/file/{pdf}", inline="1")
    assert shown["Content-Disposition"].startswith("inline") and shown["Content-Type"] == "application/pdf"
    assert shown["X-Frame-Options"] == "SAMEORIGIN" and shown["X-Content-Type-Options"] == "nosniff"
    policy = shown["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy and "script-src" not in policy
    for answer in (
        browser.get(f"/desk/case/{id}/file/{pdf}"),
        browser.get(f"/desk/case/{id}/file/{picture}", inline="1"),
    ):
        assert answer["Content-Disposition"].startswith("attachment") and answer["X-Frame-Options"] == "DENY"
        assert (
            answer["Content-Security-Policy"].startswith("sandbox")
            and "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        )
    page = browser.get(f"/desk/case/{id}/read")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"] and page["X-Frame-Options"] == "DENY"
    assert desk(city.surveyor).get(f"/desk/case/{city.submit().state.id}/file/{pdf}", inline="1").status_code == 404
