"""The versions of a standard as everybody reads them: since when each holds, and what the newer one changed (3.2d)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yichuang.catalog import queries
from yichuang.catalog.drafting.compare import list_differences
from yichuang.catalog.drafting.content import content_of
from yichuang.faces.who import today
from yichuang.kernel.clock import format_day

if TYPE_CHECKING:
    from yichuang.catalog.models import Published, Revision


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list of all. `waits` is what a reader must know of one that is not in force, and never was."""

    version: int
    published: Published
    since: str
    waits: str = ""


def list_version_lines(division: str, item: str) -> list[VersionLine]:
    """Every version of an item that was published, the newest first. Two statements."""
    return [_line(published, revision) for published, revision in queries.list_versions(division, item)]


def _line(published: Published, revision: Revision | None) -> VersionLine:
    if revision is None or revision.effective_on is None:
        return VersionLine(published.version, published, "发布之日起")
    if revision.stage == "withdrawn":
        return VersionLine(published.version, published, "施行前撤回", "这一版已经审定，但在施行以前撤回，没有施行。")
    since = f"{format_day(revision.effective_on)}零时起"
    waits = f"这一版自{since}施行，此前仍按现行版本办理。" if revision.effective_on > today() else ""
    return VersionLine(published.version, published, since, waits)


def list_changes(row: Published, former: str | None) -> tuple[str, ...]:
    """What this version changed of the one before, in words; none for the first."""
    if former is None:
        return ()
    before, now = (content_of(queries.standard(key)) for key in (former, row.key))
    return tuple(difference.words for difference in list_differences(before, now))
