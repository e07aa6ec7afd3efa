"""Files for materials: keeping one, and what stands for a material in `given`.

What a good file is, `aggregates.uploads` says.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ninja.files import UploadedFile

from yichuang.aggregates import uploads
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases.core.state import FORM, PAPER
from yichuang.cases.declared import CASE
from yichuang.catalog.standard import Standard
from yichuang.ledger.actor import Actor

Given = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was checked and kept; `id` goes into `given`."""

    id: uuid.UUID
    material: str
    name: str
    type: str
    size: int
    digest: str  # SM3 of its bytes, hex


def keep(rules: Standard, code: str, file: UploadedFile, actor: Actor) -> Kept:
    """Keep a file for a material of an application still to be filed, or to be supplied. Raises Refused(input)."""
    material = next((m for m in rules.materials if m.code == code), None)
    if material is None:
        raise Refused("unknown-material", "标准没有这份材料。", next="请按办事指南的材料编号上传。", kind=Kind.INPUT)
    name = file.name or ""
    if (file.size or 0) > uploads.MOST_BYTES:
        raise uploads.too_big(name)
    upload = uploads.keep(name, file.read(), actor=actor, material=code, wanted=material.file_kinds)
    return Kept(upload.id, code, upload.name, upload.type, upload.size, upload.digest)


def check_given(rules: Standard | None, given: Given, actor: Actor, case_id: uuid.UUID) -> None:
    """Each entry is `paper`, `form` (when filing, for a material the form makes) or a file of the caller's own that no
    other case has. At most one statement. Raises Refused(input) by material.
    """
    materials = {m.code: m for m in rules.materials} if rules else {}
    wrong: dict[str, str] = {}
    files: dict[uuid.UUID, str] = {}
    for code, entries in given.items():
        if rules and code not in materials:
            wrong[f"given.{code}"] = "标准没有这份材料"
        for entry in entries:
            made = entry == FORM and code in materials and materials[code].generated
            id = _uuid(entry)
            if id:
                files[id] = code
            elif entry != PAPER and not made:
                wrong[f"given.{code}"] = "应当是 paper、form(仅限由表单生成的材料)或已上传文件的编号"
    wrong |= {
        f"given.{files[id]}": "没有这个文件，或者已用于别的办件、别的材料" for id in _missing(files, actor, case_id)
    }
    if wrong:
        next = "请先上传文件，或者写 paper 表示到窗口交原件。"
        raise Refused("unknown-file", "所给材料有误。", next=next, kind=Kind.INPUT, fields=wrong)


def _missing(ids: Mapping[uuid.UUID, str], actor: Actor, case_id: uuid.UUID) -> set[uuid.UUID]:
    """A retry finds the files with its own case already."""
    own = uploads.own_uploads(ids, actor, CASE.stream(case_id)) if ids else {}
    return ids.keys() - {id for id, material in own.items() if material == ids[id]}


def file_given(given: Given, actor: Actor, case_id: uuid.UUID | str) -> None:
    """The files belong to the case from now on."""
    ids = list(_ids(given))
    if ids:
        uploads.file_to(ids, actor.person, CASE.stream(case_id))


def _ids(given: Given) -> Iterable[uuid.UUID]:
    return (id for entries in given.values() for entry in entries if (id := _uuid(entry)))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
