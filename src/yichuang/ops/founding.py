"""Founding a production city: what `yichuang init` writes, from a file or from answers. No demo enters.

The file is YAML; `EXAMPLE` shows every key. All of it is stored in one transaction or none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from yichuang.ledger.actor import SYSTEM

EXAMPLE = """\
city: {code: "410200", name: 开封市, mark: 汴}   # mark：文号字头，如“汴市监许受字”；可不写
office:                                          # 政务服务办（同级政务办）
  name: 开封市政务服务和大数据管理局
  short: 政务
  uscc: 11410200MB00000272                       # 统一社会信用代码
counties:                                        # 区县和功能区；可以不写，以后在页面上登记或导入
  - code: "410225"
    name: 兰考县
    office: {name: 兰考县政务服务和大数据管理局, short: 政务, uscc: 11410225MB0000051R}
departments:                                     # 部门；也可以以后登记或导入
  - {code: scjg, name: 开封市市场监督管理局, short: 市监, uscc: 11410200MB0000107M}
halls:
  - {name: 开封市政务服务大厅, address: 郑开大道 1 号, hours: 工作日 9:00–17:00, phone: 0371-00000000}
administrators:                                  # 三员分立：三个不同的人
  sysadmin: {name: 韩某某, number: K0001, username: han, email: han@example.org}
  secadmin: {name: 杨某某, number: K0002, username: yang, email: yang@example.org}
  auditadmin: {name: 朱某某, number: K0003, username: zhu, email: zhu@example.org}
calendar:                                        # 随程序提供的年份自动载入；这里只写程序没有的年份
  - year: 2027
    notice: 国办发明电〔2026〕××号
    days_off: ["2027-01-01"]                     # 放假的工作日
    days_worked: []                              # 上班的周末
"""
TITLES = {"sysadmin": "系统管理员", "secadmin": "安全管理员", "auditadmin": "审计管理员"}


class PlanPart(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Organ(PlanPart):
    name: str
    short: str
    uscc: str = ""


class City(PlanPart):
    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    name: str
    mark: str = ""


class County(City):
    code: str
    level: Literal["county", "committee"] = "county"
    code_kind: Literal["gbt2260", "statistical", "own"] = "gbt2260"
    office: Organ


class Body(Organ):
    division: str = ""  # the city, when it is not said
    code: str
    kind: Literal["1", "2", "3", "9"] = "1"
    citation: str = ""
    phone: str = ""
    address: str = ""


class Place(PlanPart):
    division: str = ""
    name: str
    address: str
    hours: str = ""
    phone: str = ""


class Administrator(PlanPart):
    name: str
    number: str
    username: str
    email: str = ""


class Administrators(PlanPart):
    sysadmin: Administrator
    secadmin: Administrator
    auditadmin: Administrator


class Year(PlanPart):
    year: int
    notice: str
    days_off: list[date]
    days_worked: list[date] = []


class Plan(PlanPart):
    """The plan of a city to be founded, as read from YAML or from answers."""

    city: City
    office: Organ
    counties: list[County] = []
    departments: list[Body] = []
    halls: list[Place] = []
    administrators: Administrators
    calendar: list[Year] = []


@dataclass(frozen=True, slots=True)
class Invitation:
    """An administrator's one-time link: the path that leads to their first password and second factor."""

    title: str
    name: str
    username: str
    path: str


def read_plan(file: Path) -> Plan:
    """The plan in a YAML file. Raises RuntimeError that names each wrong place, in Chinese."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise RuntimeError(f"读不了 {file}：{error.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise RuntimeError(f"{file} 不是 UTF-8 编码的 YAML 文件：{error}") from None
    return check_plan(content)


def check_plan(content: Any) -> Plan:
    """The plan in plain data. Raises RuntimeError as `read_plan` does."""
    try:
        return Plan.model_validate(content)
    except ValidationError as error:
        raise RuntimeError("建城文件有这些地方要改：\n" + "\n".join(_faults(error))) from None


WRONG = {
    "missing": "没有写",
    "extra_forbidden": "没有这个键",
    "string_type": "应当是文字（数字请加引号）",
    "string_pattern_mismatch": "写法不对（区划代码是加引号的6位数字）",
    "date_from_datetime_parsing": '应当是加引号的日期，如 "2027-01-01"',
    "literal_error": "不在可选的值里",
}


def _faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors():
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
        yield f"  {where or '整个文件'}：{WRONG.get(fault['type'], '内容不对')}"


def found_city(plan: Plan) -> list[Invitation]:
    """Store the plan in an empty database and make it a production store. Returns the administrators' one-time links.

    Raises RuntimeError when a city stands already or the database is a demo, and Invalid for what
    cannot be stored: then nothing is.
    """
    from django.db import transaction

    from yichuang.ledger.service import STORE_KINDS, create_store, store_kind
    from yichuang.org.models import Division
    from yichuang.org.service import load_calendar_year, load_seed_years

    if store_kind() == "demo":
        raise RuntimeError(f"这个库建库时定为{STORE_KINDS['demo']}，不能建正式的市；请另用一个空的数据文件夹或数据库。")
    if Division.objects.exists():
        raise RuntimeError("这个库里已经建过市；机构和人员的变动请在管理页面办理。还缺什么见 yichuang status。")
    with transaction.atomic():
        create_store("production")
        _build_structure(plan)
        load_seed_years(SYSTEM)
        for year in plan.calendar:
            load_calendar_year(year.year, year.days_off, year.days_worked, year.notice, SYSTEM)
        return list(_appoint_administrators(plan))


def _build_structure(plan: Plan) -> None:
    from yichuang.org.models import Department, Division, Hall
    from yichuang.org.structure import OFFICE_CODE, add_department, add_division, add_hall

    city = add_division(Division(code=plan.city.code, name=plan.city.name, mark=plan.city.mark, level="city"), SYSTEM)
    places = {city.code: city}
    offices = [(city, plan.office)]
    for county in plan.counties:
        row = Division(
            code=county.code,
            name=county.name,
            mark=county.mark,
            level=county.level,
            code_kind=county.code_kind,
            parent=city,
        )
        places[county.code] = add_division(row, SYSTEM)
        offices.append((row, county.office))
    for division, organ in offices:
        fields = {"code": OFFICE_CODE, "name": organ.name, "short": organ.short, "uscc": organ.uscc}
        row_id = f"{division.code}/{OFFICE_CODE}"
        add_department(Department(id=row_id, division=division, confidence="given", **fields), SYSTEM)
    for body in plan.departments:
        division = _division(places, body.division or city.code, body.name)
        fields = body.model_dump(exclude={"division"})
        row_id = f"{division.code}/{body.code}"
        add_department(Department(id=row_id, division=division, confidence="given", **fields), SYSTEM)
    for place in plan.halls:
        division = _division(places, place.division or city.code, place.name)
        add_hall(Hall(division=division, **place.model_dump(exclude={"division"})), SYSTEM)


def _division(places: dict[str, Any], code: str, name: str) -> Any:
    if code not in places:
        raise RuntimeError(f"“{name}”所写的区划 {code} 不在 city 和 counties 里。")
    return places[code]


def _appoint_administrators(plan: Plan) -> Iterator[Invitation]:
    from yichuang.kernel.localtime import local_day
    from yichuang.ledger.service import now
    from yichuang.org.queries import office_of
    from yichuang.org.service import appoint, enrol_officer
    from yichuang.org.structure import add_post
    from yichuang.people.first_login import issue_first_link
    from yichuang.people.service import register_account

    office, today = office_of(plan.city.code), local_day(now())
    for kind, title in TITLES.items():
        person: Administrator = getattr(plan.administrators, kind)
        account = register_account(
            person.username, None, kind="officer", real_name=person.name, email=person.email, actor=SYSTEM
        )
        officer = enrol_officer(account.pk, person.name, person.number, SYSTEM)
        appoint(officer, add_post(office, kind, title, SYSTEM), today, SYSTEM)
        yield Invitation(title, person.name, person.username, issue_first_link(account, SYSTEM))


def ask_plan(read_answer: Callable[[str], str] = input) -> Plan:
    """Ask for the minimum that a city needs; counties, departments and halls may be added on pages later.

    Raises RuntimeError.
    """
    code = read_answer("市的行政区划代码（6位，如 410200）：")
    city = {
        "code": code,
        "name": read_answer("市的名称（如 开封市）："),
        "mark": read_answer("文号字头（如 汴，可空）："),
    }
    office = {
        "name": read_answer("政务服务办的名称："),
        "short": "政务",
        "uscc": read_answer("政务服务办的统一社会信用代码（可空）："),
    }
    halls = []
    if hall := read_answer("政务服务大厅的名称（可空）："):
        halls.append({"name": hall, "address": read_answer("大厅地址："), "hours": read_answer("开放时间（可空）：")})
    administrators = {}
    for kind, title in TITLES.items():
        administrators[kind] = {
            "name": read_answer(f"{title}的姓名："),
            "number": read_answer(f"{title}的工号："),
            "username": read_answer(f"{title}的用户名："),
            "email": read_answer(f"{title}的电子邮箱（可空）："),
        }
    return check_plan({"city": city, "office": office, "halls": halls, "administrators": administrators})
