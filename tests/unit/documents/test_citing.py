"""How bases are written: the short form of the catalogue on the left, that of a document on the right."""

from __future__ import annotations

import re

import pytest

from yichuang.catalog.loading import load_standards
from yichuang.documents.citing import citations, cite, cite_all, merged, numeral


@pytest.mark.parametrize(
    ("basis", "written"),
    [
        ("行政许可法32条一款四项", "《中华人民共和国行政许可法》第三十二条第一款第四项"),
        ("行政许可法第三十二条第一款第(五)项", "《中华人民共和国行政许可法》第三十二条第一款第五项"),
        ("食品安全法（2021修正） 35条", "《中华人民共和国食品安全法》第三十五条"),
        ("食品安全法实施条例（2019） 15条（有效期5年）", "《中华人民共和国食品安全法实施条例》第十五条"),
        ("护士条例（2020修订） 7、8、10条", "《护士条例》第七条、第八条、第十条"),
        ("出版物市场管理规定9至12条", "《出版物市场管理规定》第九条至第十二条"),
        ("公共场所卫生管理条例实施细则（卫生部令80号，2017修正） 22-26条",
         "《公共场所卫生管理条例实施细则》（卫生部令80号）第二十二条至第二十六条"),
        ("食品经营许可管理办法（原食药总局令17号，2015-10-01起；2018年适用） 期限条款",
         "《食品经营许可管理办法》（原食药总局令17号）"),
        ("国务院令412号（2004） 附件第101项", "国务院令412号附件第101项"),
        ("城乡规划法 37条2款", "《中华人民共和国城乡规划法》第三十七条第二款"),
        ("河南省实施人民防空法办法（2020） -", "《河南省实施人民防空法办法》"),
        ("TSG 08-2017《特种设备使用管理规则》 登记程序（15个工作日）", "TSG 08-2017《特种设备使用管理规则》 登记程序"),
    ],
)  # fmt: skip
def test_a_basis_is_written_as_documents_write_it(basis: str, written: str) -> None:
    assert cite(basis) == written


def test_no_basis_of_the_catalogue_is_cited_with_a_doubt() -> None:
    """What is not sure stands on pages, beside the standard; a notice has the title alone."""
    for standard in load_standards():
        cited = [basis.words for basis in standard.bases]
        cited += [text for m in standard.materials for text in (m.basis,)]
        cited += [part.basis for part in (*standard.fees, *standard.specials)]
        printed = "；".join(cite_all(text) for text in cited)
        assert not re.search("待核|演示|适用|条款", printed), printed


def test_several_are_parted_but_not_inside_a_remark() -> None:
    assert citations("行政复议法20条；行政诉讼法46条") == (
        "《中华人民共和国行政复议法》第二十条",
        "《中华人民共和国行政诉讼法》第四十六条",
    )
    assert len(citations("建筑法（2019修正） 8条（7日；3个月内开工）")) == 1


def test_a_law_is_named_once() -> None:
    bases = ("行政许可法38条一款", "食品安全法35条", "行政许可法40条", "行政许可法38条一款")
    assert merged(bases) == (
        "《中华人民共和国行政许可法》第三十八条第一款、第四十条",
        "《中华人民共和国食品安全法》第三十五条",
    )


def test_what_articles_share_is_said_once() -> None:
    articles = ("32条一款四项", "32条一款五项", "32条二款", "42条一款", "45条")
    assert merged(f"行政许可法{article}" for article in articles) == (
        "《中华人民共和国行政许可法》第三十二条第一款第四项、第五项、第二款、第四十二条第一款、第四十五条",
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (101, "一百零一"), (110, "一百一十"), (201, "二百零一")],
)  # fmt: skip
def test_numerals(number: int, said: str) -> None:
    assert numeral(number) == said
