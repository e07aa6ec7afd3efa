"""Synthetic people and firms: names, numbers, addresses. The same every time; nothing here is anybody's.

Identity numbers carry valid check digits, and sequence numbers 996 to 999, which GB 11643 keeps for people of a
hundred years: on these birthdays nobody has them. Credit codes carry the body code DEM0…, which no registry issues.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from yichuang.catalog.invented import invent_name
from yichuang.kernel.codes import division, resident_id, uscc

# Names that programs lose: rare characters of extension B and later, the interpunct of minority names
_RARE = ("王䶮", "李𠮷", "马𫘨", "陈𬱖", "阿依古丽·买买提", "买买提·艾力", "卓玛·次仁", "欧阳𫖯", "张㛃", "刘𬭎")
_TRADES = (
    ("餐饮管理", "1"),
    ("食品", "1"),
    ("建筑工程", "1"),
    ("物流", "1"),
    ("教育咨询", "1"),
    ("医疗器械", "1"),
    ("文化传媒", "1"),
    ("信息技术", "1"),
    ("小吃店", "2"),
    ("便利店", "2"),
)
_FIRM_FIRST = "中兴华诚鼎恒嘉瑞祥和盛泰宏信德源"
_FIRM_SECOND = "达通源泰和顺合远安民康丰利隆昌业"
_ROADS = ("示范路", "样板街", "演示大道", "试行路", "模拟巷")


@dataclass(frozen=True)
class Person:
    name: str
    id_number: str
    phone: str
    address: str


@dataclass(frozen=True)
class Firm:
    name: str
    uscc: str
    address: str


def officer_names(count: int) -> list[str]:
    """Names of officers; nearly all differ."""
    random = Random("officers")
    return [invent_name(random, random.random() < 0.45) for _ in range(count)]


def persons(first: tuple[str, ...], count: int) -> list[Person]:
    """`count` persons, those named `first` at the head, then the rare names, then common ones."""
    random = Random("persons")
    numbers = _identity_numbers(random)
    fixed = (*first, *_RARE)
    people = []
    for place in range(count):
        number, woman = next(numbers)
        name = fixed[place] if place < len(fixed) else invent_name(random, woman)
        people.append(Person(name, number, f"1380000{place:04d}", address(random)))
    return people


def _identity_numbers(random: Random) -> Iterator[tuple[str, bool]]:
    """(number, whether a woman's), each once."""
    numbers: set[str] = set()
    while True:
        woman = random.random() < 0.5
        born = date(1958, 1, 1) + timedelta(days=random.randrange(365 * 42))
        sequence = random.choice((996, 998) if woman else (997, 999))
        number = resident_id.build(random.choice(division.DISTRICTS).code, born, sequence)
        if number not in numbers:
            numbers.add(number)
            yield number, woman


def firms(count: int) -> list[Firm]:
    """`count` companies and individual businesses, every name ending in （演示）."""
    random = Random("firms")
    out: dict[str, Firm] = {}
    while len(out) < count:
        trade, kind = random.choice(_TRADES)
        place = random.choice(division.DISTRICTS)
        word = random.choice(_FIRM_FIRST) + random.choice(_FIRM_SECOND)
        name = f"郑州{word}{trade}有限公司（演示）" if kind == "1" else f"{place.name}{word}{trade}（演示）"
        code = uscc.build("9", kind, place.code, f"DEM0{len(out) + 1:04d}")
        out.setdefault(name, Firm(name, code, address(random)))
    return list(out.values())


def address(random: Random) -> str:
    place = random.choice(division.DISTRICTS).name
    return f"郑州市{place}{random.choice(_ROADS)}{random.randrange(1, 300)}号"
