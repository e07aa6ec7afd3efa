"""我的材料: files that an applicant gave with earlier applications, to use again for the same material of a new one.

A file is copied with its SM3, so that what becomes of the earlier application, its retention included, leaves the new
one whole. Whoever may not open the earlier case is offered nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from yichuang.aggregates import uploads
from yichuang.aggregates.models import Upload
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases import drafts, queries
from yichuang.cases.declared import CASE
from yichuang.cases.drafts import Open, Way
from yichuang.cases.filters import CaseFilter
from yichuang.cases.queries import CasePage, Row
from yichuang.catalog.queries import standard
from yichuang.ledger.actor import Actor


@dataclass(frozen=True, slots=True)
class Given:
    """The files of one material that an earlier application came with."""

    files: tuple[Upload, ...]
    title: str  # of that application
    at: datetime  # when it was filed


def list_given(actor: Actor, opened: Open) -> dict[str, Given]:
    """What of the applicant's earlier files can be used, by code of the material, where none has come yet: of the
    latest application that had it. Two statements; none when nothing is lacking.
    """
    wanted = {s.material.name: s for s in opened.supplies if s.way is Way.UPLOAD and not s.files}
    if not wanted:
        return {}
    newest = CaseFilter(open=None, subject=opened.draft.subject, sort="newest")
    page = queries.cases(queries.scopes_of(actor), newest, counted=(queries.PAGE, True))
    files = _files_by_name(page)
    out = {}
    for name, supply in wanted.items():
        taken = uploads.taken(supply.material.file_kinds)
        for row in page.rows:
            fit = tuple(upload for upload in files.get((row.id, name), ()) if upload.type in taken)
            if fit:
                out[supply.material.code] = Given(fit, row.title, row.submitted_at)
                break
    return out


def _files_by_name(page: CasePage) -> Mapping[tuple[object, str], list[Upload]]:
    """The files of these cases by case and name of the material."""
    by_stream: dict[str, Row] = {CASE.stream(row.id): row for row in page.rows}
    out: dict[tuple[object, str], list[Upload]] = {}
    for upload in uploads.list_uploads_of(by_stream):
        row = by_stream[upload.stream]
        names = {m.code: m.name for m in standard(page.held[row.id].standard).materials}
        out.setdefault((row.id, names.get(upload.material, "")), []).append(upload)
    return out


def use_given(actor: Actor, opened: Open, material: str = "") -> int:
    """Give what `list_given` offers for a material, or for all, with the draft; how many files. Raises Refused."""
    offered = {code: given for code, given in list_given(actor, opened).items() if material in ("", code)}
    if not offered:
        raise Refused("nothing-given", "没有可以沿用的文件。", next="请上传文件。", kind=Kind.STALE)
    count = 0
    for code, given in offered.items():
        for upload in given.files:
            readable = uploads.find_readable(upload.id, actor)
            if readable is None:
                raise Refused("unknown-file", "这个文件已经不能沿用。", next="请上传文件。", kind=Kind.STALE)
            uploads.copy_upload(upload, actor, code, opened.draft.stream)
            count += 1
        drafts.choose(opened.draft, code, Way.UPLOAD)
    return count
