"""What the register says of a citation on a day: whether the law may be cited, and if not, why and what cures it. Pure.

A basis names a version. It lapses with the law, with its publication, or when a later version changes an article that
it cites; an article that was left as it was is cited on under the version that everybody knows it by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from yichuang.catalog.laws.citing import Citation, list_citations, read_articles, read_citations, title_of
from yichuang.catalog.laws.state import Cause, Law, Publication, Task, Version
from yichuang.catalog.standard import DEMO, VERIFIED, Basis, Standard
from yichuang.kernel.localtime import chinese_date

_REGISTER = "请政务服务办（法制）先把它登记入库，写明公布在哪里；或者改引已登记的依据。"


@dataclass(frozen=True)
class Register:
    """The laws of the register by title and by every other name they are cited under."""

    laws: Mapping[str, Law] = field(default_factory=dict)

    def find(self, name: str) -> Law | None:
        """The law of a name, with or without its version."""
        return self.laws.get(title_of(name)) or self.laws.get(name)


@dataclass(frozen=True, slots=True)
class LawFault:
    """Why a line of a standard may not cite what it cites, and what to do."""

    line: str
    text: str
    code: str
    why: str
    next: str


def list_faults(register: Register, standard: Standard, day: date) -> list[LawFault]:
    """What the register says against a standard that takes effect on a day, by line (3.5h)."""
    outside = {
        f"bases/b{number}" for number, basis in enumerate(standard.bases, start=1) if not basis.in_force(day)
    }  # the document itself does not claim these on that day
    cited = (c for c in list_citations(standard, register.laws) if c.line not in outside)
    return [fault for citation in cited if (fault := find_fault(register, citation, day, standard.key))]


def find_fault(register: Register, citation: Citation, day: date, key: str = "") -> LawFault | None:
    """What is wrong with a citation on a day. `key`: the standard that cites, for which a head may have judged that an
    amendment asks nothing.
    """
    law = register.find(citation.law)
    if law is None:
        return _fault(citation, "law-unknown", f"“{citation.law}”不在法规库里，看不出是否公布、是否有效。", _REGISTER)
    if law.publication is not Publication.PUBLISHED:
        why = f"《{law.title}》登记为“{law.publication.label}”：不得依据未公布的文件作出决定。"
        return _fault(
            citation, "law-unpublished", why, "请改引已经公布的依据；公布以后，由政务服务办（法制）登记公布。"
        )
    if law.gone and law.gone <= day:
        why = f"《{law.title}》自{chinese_date(law.gone)}起废止（{law.gone_by}）。"
        return _fault(citation, "law-repealed", why, "请改引现行有效的依据；没有依据的条件、材料和收费应当删去。")
    version = _named_version(law, citation.version)
    if citation.version and law.versions and version is None:
        why = f"法规库里的《{law.title}》没有“{citation.version}”这一版。"
        return _fault(citation, "version-unknown", why, "请按法规库登记的版本引用；确有这一版的，请政务服务办登记。")
    if version is None:
        return None
    if version.since and version.since > day:
        why = f"{version.name}自{chinese_date(version.since)}起施行，那时还没有生效。"
        return _fault(citation, "law-ahead", why, "请引用当天有效的版本，或者推后规程的生效日期。")
    lapsed = lapses(law, version, citation.articles, key)
    if lapsed and lapsed <= day:
        newest = _newest(law, day)
        why = f"{version.name}{_listed(citation.articles)}自{chinese_date(lapsed)}起由{newest}取代。"
        return _fault(citation, "article-lapsed", why, f"请核对{newest}的条文，改引现行版本。")
    return None


def _fault(citation: Citation, code: str, why: str, next: str) -> LawFault:
    return LawFault(citation.line, citation.text, code, why, next)


def _listed(articles: tuple[int, ...]) -> str:
    return "、".join(f"{n}条" for n in articles)


def _named_version(law: Law, name: str) -> Version | None:
    return next((version for version in law.versions if version.name == name), None) if name else None


def _newest(law: Law, day: date) -> str:
    in_force = [v for v in law.versions if v.since is None or v.since <= day]
    return (in_force or law.versions)[-1].name


def lapses(law: Law, version: Version, articles: tuple[int, ...], key: str = "") -> date | None:
    """The first day on which a citation of articles of a version holds no more: the law is gone, the version's own text
    ends it, or a later version changed one of them and nobody judged that this asks nothing of the standard `key`.
    """
    later = law.versions[law.versions.index(version) + 1 :]
    days = [v.since for v in later if v.since and v.touches(articles) and (key, v.change) not in law.judged]
    ended = [version.until + timedelta(days=1)] if version.until else []
    return min((*days, *ended, *([law.gone] if law.gone else [])), default=None)


def is_checked(law: Law, version: str, articles: tuple[int, ...]) -> bool:
    """Whether a person has compared every one of these articles of the version with its text; of a citation without a
    version, of the last one.
    """
    name = version or (law.versions[-1].name if law.versions else law.title)
    read = {n for checked in law.checked if checked.version == name for n in checked.articles}
    return bool(articles) and read.issuperset(articles)


def mark_compared(register: Register, standard: Standard) -> Standard:
    """The standard with the bases marked as read whose articles the register has compared with the text."""
    return replace(standard, bases=tuple(_mark(register.find(basis.law), basis) for basis in standard.bases))


def mark_by_register(register: Register, standard: Standard) -> Standard:
    """The same for what a department drafts: what the document says of itself counts for nothing, since a row that was
    read once may cite another article by now.
    """
    bases = tuple(replace(basis, confidence=DEMO) for basis in standard.bases)
    return mark_compared(register, replace(standard, bases=bases))


def _mark(law: Law | None, basis: Basis) -> Basis:
    if law is None:
        return basis
    version = basis.law if _named_version(law, basis.law) else ""
    read = is_checked(law, version, read_articles(basis.article))
    return replace(basis, confidence=VERIFIED) if read else basis


# --- what acts may cite -----------------------------------------------------------------------------------------------


def apply_register(register: Register, standard: Standard, day: date) -> Standard:
    """The standard with its bases as the register has them: those that nobody can read left out, days in force narrowed
    to those of the register, articles that were compared with the text marked so. Of the articles of the procedure,
    those of laws that are no law on that day are left out. The document itself stays as it was published.
    """
    bases = tuple(b for basis in standard.bases if (b := narrow_basis(register, basis, standard.key)))
    procedure = standard.procedure
    articles = {act: _still(register, text, day) for act, text in procedure.articles.items()}
    if bases == standard.bases and articles == procedure.articles:
        return standard
    return replace(standard, bases=bases, procedure=replace(procedure, articles=articles))


def narrow_basis(register: Register, basis: Basis, key: str) -> Basis | None:
    """A basis of the standard `key` as the register has it; None for one that nobody can read."""
    law = register.find(basis.law)
    if law is None:
        return basis
    if law.publication is not Publication.PUBLISHED:
        return None
    articles, named = read_articles(basis.article), _named_version(law, basis.law)
    first = named.since.isoformat() if named and named.since else ""
    lapsed = lapses(law, named, articles, key) if named else law.gone
    last = (lapsed - timedelta(days=1)).isoformat() if lapsed else ""
    return replace(
        _mark(law, basis),
        in_force_from=max(basis.in_force_from, first),
        in_force_to=min(filter(None, (basis.in_force_to, last)), default=""),
    )


def _still(register: Register, text: str, day: date) -> str:
    """The parts of a text whose laws may be cited on a day."""
    return "；".join(part for part in text.split("；") if _may_cite(register, part, day))


def cite_on(register: Register, basis: str, day: date) -> str:
    """A basis as a document of a day prints it: each law under its title in the register, none that had ended by then.
    Empty when nothing is left. Whether an unpublished law may be relied on was asked when the act was carried out.
    """
    parts = (_name_on(register, part, day) for part in basis.split("；"))
    return "；".join(part for part in parts if part)


def _name_on(register: Register, part: str, day: date) -> str:
    for cited in read_citations("", part, register.laws):
        law = register.find(cited.law)
        if law and law.gone and law.gone <= day:
            return ""
        if law and cited.law in law.about.aliases:
            part = part.replace(cited.law, law.title, 1)
    return part


def _may_cite(register: Register, part: str, day: date) -> bool:
    laws = (register.find(c.law) for c in read_citations("", part, register.laws))
    return all(law.publication is Publication.PUBLISHED and not (law.gone and law.gone <= day) for law in laws if law)


# --- what a change asks for -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citing:
    """A standard in force that cites a law, with its citations of that law."""

    standard: str
    name: str
    department: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a law, for those who cite it: which articles from which day, none for all of them. `brought`: the
    versions that came with it and after it.
    """

    number: int
    cause: Cause
    since: date
    articles: tuple[int, ...] = ()
    brought: frozenset[str] = frozenset()

    def asks(self, citation: Citation) -> bool:
        """Whether a citation as it stands is touched. One whose own last day comes first is not, nor one of the version
        that the change brought, or of a later one.
        """
        if citation.until and citation.until < self.since.isoformat():
            return False
        if citation.version and citation.version in self.brought:
            return False
        return self.cause is not Cause.AMENDED or Version("", changed=self.articles).touches(citation.articles)


def open_tasks(last: int, change: Change, citing: Iterable[Citing], opened: date, due: date) -> tuple[Task, ...]:
    """The tasks of a change, numbered after the last one of the law: one a standard, with the lines it touches."""
    touched = [(one, tuple(dict.fromkeys(c.line for c in one.citations if change.asks(c)))) for one in citing]
    asked = [(one, lines) for one, lines in touched if lines]
    return tuple(
        Task(
            number,
            change.number,
            change.cause,
            one.standard,
            one.name,
            one.department,
            lines,
            opened,
            change.since,
            due,
        )
        for number, (one, lines) in enumerate(asked, start=last + 1)
    )
