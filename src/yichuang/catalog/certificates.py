"""Which fields of a form ask the number of a certificate: it is picked from those held, never typed (3.5c). Pure."""

from __future__ import annotations

from collections.abc import Iterable

from yichuang.catalog.standard import Field, FieldType, Standard

_SHORTEST = 3  # characters: 证号 alone says nothing


def list_certificate_fields(standard: Standard, types: Iterable[str]) -> list[tuple[Field, str]]:
    """The plain fields of a form that ask the number of a certificate, each with its type among these."""
    known = sorted(types)
    plain = (f for section in standard.form.sections if not section.repeat for f in section.fields)
    named = ((f, next((type for type in known if names_certificate(f, type)), "")) for f in plain)
    return [(f, type) for f, type in named if type]


def names_certificate(f: Field, type: str) -> bool:
    """Whether a field asks the number of a certificate of this type: 施工许可证号 that of a 建筑工程施工许可证 too."""
    if f.type is not FieldType.TEXT or f.name == "old_no":  # that of the licence acted on is picked before
        return False
    stem = next((f.label.removesuffix(suffix) for suffix in ("编号", "号") if f.label.endswith(suffix)), "")
    return len(stem) >= _SHORTEST and stem.endswith("证") and type.partition("（")[0].endswith(stem)
