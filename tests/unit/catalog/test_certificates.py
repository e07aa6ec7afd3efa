"""No form asks what the account answers or what a held certificate says: all standards of the city are walked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from yichuang.catalog.certificates import list_certificate_fields, names_certificate
from yichuang.catalog.loading import load_standards
from yichuang.catalog.standard import Field, FieldType, Standard

STANDARDS = [standard for standard in load_standards() if standard.division == "410100"]
TYPES = {standard.result.name for standard in STANDARDS}
# What an account answers, in the words in which a form would ask it of its applicant
OF_ACCOUNT = (
    "申请人名称",
    "申请人姓名",
    "单位名称",
    "企业名称",
    "统一社会信用代码",
    "法定代表人",
    "居民身份证号",
    "身份证号",
    "联系电话",
    "手机",
)
# A label that ends so asks the number of a certificate
NUMBER = ("许可证号", "许可证编号")
# Certificates of others, or none that this platform makes: they cannot be held here
ELSEWHERE = {"连锁总部许可证编号", "营业性演出许可证编号"}


def plain(standard: Standard) -> list[Field]:
    return [f for section in standard.form.sections if not section.repeat for f in section.fields]


@pytest.mark.clause("3.5f.2")
@pytest.mark.parametrize("standard", STANDARDS, ids=lambda standard: standard.item)
def test_no_form_asks_what_the_account_or_a_held_certificate_answers(standard: Standard) -> None:
    asked = [f.label for f in plain(standard) if f.label in OF_ACCOUNT]
    assert not asked, "the account answers these"
    found = {f.name for f, _ in list_certificate_fields(standard, TYPES)}
    typed = [f.label for f in plain(standard) if f.label.endswith(NUMBER) and f.name not in found]
    assert set(typed) <= ELSEWHERE, "a held certificate answers these"


def test_all_standards_of_the_catalogue_are_walked() -> None:
    assert len(STANDARDS) == 42


def test_a_label_that_only_sounds_alike_names_no_certificate() -> None:
    text = next(f for s in STANDARDS for f in plain(s) if f.type is FieldType.TEXT)
    for label, type, right in (
        ("施工许可证号", "建筑工程施工许可证", True),
        ("建设工程规划许可证号", "建设工程规划许可证", True),
        ("建设工程规划许可证号", "建设用地规划许可证", False),
        ("证号", "建筑工程施工许可证", False),
        ("竣工备案编号", "建筑工程施工许可证", False),
    ):
        assert names_certificate(replace(text, name="x", label=label), type) is right, label
