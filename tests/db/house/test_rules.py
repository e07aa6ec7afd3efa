"""规则参数: what a system administrator may change of supervision's rules, and that the rule is judged again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.clause("4.1b.2")
ADDRESS = "/house/rules/R-P02/least_seconds"


def jobs() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("select args from procrastinate_jobs where task_name = 'yichuang.supervision.tasks.rejudge'")
        import json

        return [json.loads(args) if isinstance(args, str) else args for (args,) in cursor.fetchall()]


def settings() -> list[int]:
    from yichuang.aggregates.models import Setting

    return list(Setting.objects.order_by("id").values_list("value", flat=True))


@pytest.mark.screen
def test_a_parameter_is_set_with_history_and_the_rule_judges_again(house: Any) -> None:
    from yichuang.ledger.models import Entry

    assert "程序初值" in house.sysadmin.get("/house/rules").content.decode()
    answer = house.sysadmin.post(ADDRESS, {"value": "90"}, follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200 and "改为90秒" in text and "重新判断" in text
    assert settings() == [90] and jobs() == [{"rule": "R-P02"}]
    assert Entry.objects.get(stream="parameter/R-P02").kind == "parameter_set"
    assert "90秒" in text and "管理员sysadmin" in text
    # the same value again changes nothing and judges nothing
    text = house.sysadmin.post(ADDRESS, {"value": "90"}, follow=True).content.decode()
    assert "没有改动" in text and settings() == [90] and len(jobs()) == 1
    with CaptureQueriesContext(connection) as asked:
        page = house.sysadmin.get(ADDRESS).content.decode()
    assert "现行：90秒" in page and "管理员sysadmin" in page and "程序初值" in page
    assert len(asked) <= 7, "\n".join(q["sql"][:150] for q in asked)


def test_the_list_takes_few_statements(house: Any) -> None:
    from yichuang.supervision.rules.catalogue import RULES

    house.sysadmin.post(ADDRESS, {"value": "90"})
    with CaptureQueriesContext(connection) as asked:
        text = house.sysadmin.get("/house/rules").content.decode()
    assert len(asked) <= 5, "\n".join(q["sql"][:150] for q in asked)
    for rule in RULES:
        for name, parameter in rule.parameters.items():
            assert f"/house/rules/{rule.code}/{name}" in text and parameter.label in text


@pytest.mark.screen
def test_a_value_may_be_announced_with_its_basis_and_the_rule_judges_again_on_the_day(house: Any) -> None:
    house.city.at("2018-03-12 09:00")
    given = {"value": "90", "valid_from": "2018-03-14", "basis": "某政办〔2018〕3号", "reason": "办得太快的多"}
    text = house.sysadmin.post(ADDRESS, given, follow=True).content.decode()
    assert "自2018年3月14日（周三）起改为90秒" in text and "程序初值" in text
    page = house.sysadmin.get(ADDRESS).content.decode()
    assert "现行：60秒" in page and "某政办〔2018〕3号" in page and "办得太快的多" in page
    with connection.cursor() as cursor:
        cursor.execute("select scheduled_at - now() from procrastinate_jobs where task_name like '%rejudge'")
        ((wait,),) = cursor.fetchall()
    assert 38 <= wait.total_seconds() / 3600 <= 39.1, "from nine o'clock to the midnight after the next"
    answer = house.sysadmin.post(ADDRESS, {**given, "value": "80", "valid_from": "2018-03-11"})
    assert answer.status_code == 422 and "不能早于今天" in answer.content.decode()
    text = house.sysadmin.post(ADDRESS, given, follow=True).content.decode()
    assert "没有改动" in text and settings() == [90]
    text = house.sysadmin.post(ADDRESS, {**given, "value": "60"}, follow=True).content.decode()
    assert "改为60秒" in text and settings() == [90, 60], "what was announced is called off"
    house.city.at("2018-03-14 09:00")
    assert "现行：60秒" in house.sysadmin.get(ADDRESS).content.decode()


@pytest.mark.screen
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "在1到3600秒之间"),
        ("3601", "在1到3600秒之间"),
        ("9" * 40, "在1到3600秒之间"),
        ("x", "请填写1到3600的整数"),
        ("", "请填写1到3600的整数"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_recorded(house: Any, value: str, words: str) -> None:
    answer = house.sysadmin.post(ADDRESS, {"value": value})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert settings() == [] and jobs() == []


def test_a_parameter_that_is_not_there_is_not_found(house: Any) -> None:
    for address in ("R-P02/nothing", "R-P99/least_seconds", "R-T02/least_seconds"):
        assert house.sysadmin.get(f"/house/rules/{address}").status_code == 404


def test_no_other_post_reads_or_sets_them(house: Any) -> None:
    from django.test import Client

    others = (house.secadmin, house.auditadmin, house.sit(house.city.head), house.sit(house.city.window))
    for other in others:
        assert other.get("/house/rules").status_code == 403
        assert other.post(ADDRESS, {"value": "90"}).status_code == 403
    assert Client().post(ADDRESS, {"value": "90"}).status_code in (302, 403)
    assert settings() == [] and jobs() == []


def test_the_job_is_asked_for_in_the_same_transaction(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that cannot be asked for leaves no parameter that the findings do not follow."""
    from yichuang.supervision import tasks

    def broken(**values: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(tasks.rejudge, "defer", broken)
    house.sysadmin.raise_request_exception = False
    assert house.sysadmin.post(ADDRESS, {"value": "90"}).status_code == 500
    assert settings() == []


@pytest.mark.screen
def test_a_number_of_no_rule_judges_nothing_again(house: Any) -> None:
    text = house.sysadmin.post("/house/rules/reconciling/late", {"value": "3"}, follow=True).content.decode()
    assert "以后对账按新的天数" in text and "3日" in text
    assert settings() == [3] and jobs() == []
