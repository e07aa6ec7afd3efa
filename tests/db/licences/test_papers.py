"""The documents of licences: made from what really happened, signed, and true to it."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.db.documents.test_papers import pdf
from tests.db.licences.lives import Licences
from yichuang.aggregates.door import tick
from yichuang.aggregates.models import Paper
from yichuang.cases.papers import DECISIONS
from yichuang.documents import service
from yichuang.documents.inspecting import inspect
from yichuang.documents.verify import read_authority
from yichuang.licences import papers as issuing
from yichuang.licences.declared import LICENCE

PLACE = "河南省郑州市金水区文化路1号2层"


@pytest.fixture
def seals(settings: Any, tmp_path: Path) -> Path:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return tmp_path


def text_of(paper: Paper, seals: Path) -> str:
    """Made, verified as genuine, and read."""
    data = pdf(service.make(paper.stream, paper.seq))
    found = inspect(data, read_authority(seals / "seals").root)
    assert found.genuine, (paper.kind, found.messages)
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return "".join("".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def everything(licences: Licences) -> None:
    """What between them issues every kind of a licence's documents."""
    city, door = licences.city, iter(range(1, 99))

    def granted(at: str = "2018-03-12 09:30") -> uuid.UUID:
        return licences.granted(at, premises_address=f"郑州市金水区示范路{next(door)}号")

    kept, dropped, renewed, lapsed, withdrawn = (granted() for _ in range(5))
    city.at("2018-06-04 09:00")
    for situation in ("change", "reissue"):
        licences.grant(licences.file(situation, kept))
    refused = licences.file("change", kept)
    licences.review(refused, "fail")
    licences.decide(refused, granted=False)
    licences.do(kept, "correct", city.head, what="holder", value="郑州市金水区老陈记饭店", reason="打印错误。")
    for licence, ground in ((dropped, "procedure"), (withdrawn, "law_changed"), (kept, "fraud")):
        licences.do(licence, "open_revocation", city.reviewer, ground=ground, reason="查明的事实。")
        licences.do(licence, "serve_notice", city.reviewer, method="direct", recipient="陈镕")
    licences.do(dropped, "drop_revocation", city.head, reason="不属实。")
    licences.do(kept, "ask_hearing", licences.citizen)
    licences.do(kept, "arrange_hearing", city.head, day="2018-06-20", place="上午九时，政务服务中心")
    city.at("2018-06-20 09:00")
    licences.do(kept, "hold_hearing", city.reviewer2, record="双方到场，核对无误。")
    for licence in (kept, withdrawn):
        licences.do(licence, "revoke", city.head, reason="事实清楚。", compensation="另行协商。")
    licences.grant(licences.file("cancel", dropped))
    city.at("2023-01-10 10:00")
    licences.grant(licences.file("renew", renewed))
    silent = licences.file("renew", lapsed)
    city.at("2023-03-12 00:00")
    tick(LICENCE, lapsed)
    city.do(silent, "make_certificate", city.window)
    city.at("2027-12-20 10:00")
    again = licences.file("renew", renewed)
    licences.review(again, "fail")
    licences.decide(again, granted=False)
    city.at("2028-03-12 00:00")
    tick(LICENCE, renewed)


@pytest.mark.clause("3.5c.4", "3.5c.6")
@pytest.mark.door
def test_every_kind_is_made_and_says_what_happened(licences: Licences, seals: Path) -> None:
    everything(licences)
    texts: dict[str, str] = {}
    for paper in Paper.objects.order_by("issued_at"):
        if paper.kind in WORDS:
            texts[paper.kind] = text_of(paper, seals)
    assert texts.keys() == WORDS.keys()
    for kind, words in WORDS.items():
        for word in words:
            assert word in texts[kind], (kind, word, texts[kind][:600])


WORDS: dict[str, tuple[str, ...]] = {
    "change": ("准予变更行政许可决定书", "第四十九条", "证照编号不变"),
    "change_refusal": ("不准予变更行政许可决定书", "理由：", "行政复议"),
    "renewal": ("准予延续行政许可决定书", "2028年3月11日", "第五十条"),
    "renewal_refusal": ("不准予延续行政许可决定书", "行政诉讼"),
    "reissue": ("准予补发证照决定书",),
    "deregistration": ("注销决定书", "停止所许可的活动"),
    "deemed_renewal": ("视为准予延续告知书", "第五十条第二款", "2023年3月11日"),
    "licence_correction": ("证照更正决定书", "更正为：郑州市金水区老陈记饭店"),
    "revocation_notice": ("撤销行政许可告知书", "要求听证", "第六十九条"),
    "withdrawal_notice": ("撤回行政许可告知书", "第八条第二款"),
    "hearing_notice": ("听证通知书", "2018年6月20日"),
    "hearing_record": ("听证笔录", "双方到场", "主持人"),
    "revocation": ("撤销行政许可决定书", "不得再次申请", "第七十九条", "行政复议"),
    "licence_withdrawal": ("撤回行政许可决定书", "赔偿或者补偿：另行协商"),
    "revocation_dropped": ("终止撤销（撤回）程序告知书", "不予撤销"),
    "cancellation": ("注销决定书", "有效期届满没有延续", "第七十条第一项"),
    "licence": ("食品经营许可证", "郑市监许证字〔2018〕第"),
}


def test_the_words_above_are_of_every_kind() -> None:
    """Suspension is for items whose special law knows it: `test_suspension_is_on_paper`."""
    known = {code for pair in DECISIONS.values() for code in pair} | set(issuing.PAPERS.values())
    known |= {code for kinds in issuing.BY_KIND.values() for code in kinds.values()}
    known |= {"revocation_dropped", "deemed_renewal", "cancellation", "licence"}
    assert known - WORDS.keys() == {"refusal", "licence_suspension", "licence_restoration"}


def test_a_corrected_licence_is_printed_anew_under_its_number(licences: Licences, seals: Path) -> None:
    licence = licences.granted()
    licences.city.at("2018-06-01 10:00")
    licences.do(licence, "correct", licences.city.head, what="holder", value="郑州市金水区老陈记饭店", reason="笔误。")
    first = Paper.objects.get(stream__startswith="case/", kind="licence")
    new = Paper.objects.get(stream=LICENCE.stream(licence), kind="licence")
    assert new.number == first.number and new.code != first.code
    assert "老陈记饭店" in text_of(new, seals)
    assert "老陈记餐饮店" in text_of(first, seals)
