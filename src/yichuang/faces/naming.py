"""Naming somebody by the number on their document, for an act that means another than the case's own applicant.

A number and a name that do not belong together answer as an unknown number does, and each such try is counted.
"""

from __future__ import annotations

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.kernel.codes.problem import tidy
from yichuang.ledger.actor import Actor
from yichuang.people import service, tries
from yichuang.people.kinds import ID_TYPES, RESIDENT_ID

USCC = "uscc"
NUMBER_TYPES = [(RESIDENT_ID, ID_TYPES[RESIDENT_ID]), (USCC, "统一社会信用代码（单位）"), *list(ID_TYPES.items())[1:]]
SHUT = "没有查到的号码或者对不上的姓名太多，请 {} 分钟后再查。为防止逐个试出他人信息，每小时的次数有限。"


def find_named(actor: Actor, type: str, number: str, name: str, own: str) -> str:
    """The id of the subject with this number and this name; empty when there is none. `own` is the applicant of the
    case, whose name may be another. Raises Refused when too many tries found nobody.
    """
    counts = [(tries.PERSON_NUMBER, f"{actor.person}|{tidy(number[:60])}"), (tries.PERSON_OFFICER, actor.person)]
    if wait := tries.count_try(*counts):
        raise Refused("too-many-tries", SHUT.format(tries.whole_minutes(wait)), next="请稍后再试。", kind=Kind.INPUT)
    subject = service.find_subject(id_type="" if type == USCC else type, number=number)
    if subject is None or (subject.pk != own and subject.name != name.strip()):
        return ""
    tries.uncount_try(*counts)
    return subject.pk
