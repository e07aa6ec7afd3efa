"""Lookups of the checker: ranks of law, fixed lists, and the names that a form defines. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from yichuang.catalog.laws.citing import read_citations, title_of
from yichuang.catalog.standard import Basis, Field, FieldType, Standard, When

# who may set a licence and its conditions (许可法 14、15条), and who may allow a charge for it (58条)
SETTING_RANKS = frozenset({"law", "admin_reg", "local_reg"})
FEE_RANKS = frozenset({"law", "admin_reg"})
SITUATIONS = frozenset({"new", "change", "renew", "reissue", "cancel"})
CHANNELS = frozenset({"window", "online", "mobile", "post"})
UNREAD = "待核"  # in a basis: nobody has looked up the article


def levels_cited(text: str, bases: tuple[Basis, ...]) -> set[str]:
    """The levels of the legal bases that a citation names."""
    by_title: dict[str, set[str]] = {}
    for basis in bases:
        by_title.setdefault(title_of(basis.law), set()).add(basis.level)
    return {level for cited in read_citations("", text, by_title) for level in by_title.get(cited.law, ())}


@dataclass(frozen=True)
class Names:
    """The names that the form and the situations of a standard define: a `When` may refer to these only."""

    fields: dict[str, Field]  # a field of a repeated group is named "group.field"
    doubled: tuple[str, ...]  # what the fields and groups are called whose name another has too
    situations: frozenset[str]

    def find_fault(self, when: When | None, group: str = "") -> str:
        """What is wrong with a condition, in Chinese; nothing when it can hold. `group`: the repeated group, if any."""
        if when is None:
            return ""
        if when.field == "situation":
            return "" if self.situations & set(when.values) else "本事项没有所列的办理情形。"
        if when.field == "agent":
            return "" if set(when.values) <= {"yes", "no"} else "是否由代理人办理只能选是或者否。"
        field = self.fields.get(f"{group}.{when.field}") or self.fields.get(when.field)
        if field is None:
            return "它看的申请表栏目已经没有了，请重新选择。"
        possible = {"yes", "no"} if field.type is FieldType.YES_NO else set(field.choices)
        if unknown := set(when.values) - possible:
            return f"栏目“{field.label}”没有选项{'、'.join(sorted(unknown))}。"
        return ""


def names_of(standard: Standard) -> Names:
    """The names of a standard's form. A repeated group's rows are stored under its code, so that is a name too."""
    fields: dict[str, Field] = {}
    values: Counter[str] = Counter(section.code for section in standard.form.sections if section.repeat)
    for section in standard.form.sections:
        for field in section.fields:
            name = f"{section.code}.{field.name}" if section.repeat else field.name
            fields[name] = field
            values[name] += 1
    sections = Counter(section.code for section in standard.form.sections)
    doubled = {name for counter in (values, sections) for name, times in counter.items() if times > 1}
    labels = {name: fields[name].label if name in fields else name for name in doubled}
    labels |= {section.code: section.title for section in standard.form.sections if sections[section.code] > 1}
    return Names(fields, tuple(sorted(labels.values())), frozenset(s.code for s in standard.situations))
