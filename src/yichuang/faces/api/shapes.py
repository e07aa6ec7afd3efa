"""Shapes of requests: strict types, and the bodies of commands made from the commands themselves. No rule enters."""

from __future__ import annotations

import re
import uuid
from dataclasses import MISSING, fields
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

from yichuang.aggregates.acts import MOST as LONGEST

MOST = 200  # entries of an array or an object
# What `kernel.text.clean` refuses: control, reversing and half characters; texts may have tabs and line breaks
_NEVER = r"\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
WORD = rf"^[^\u0000-\u001f{_NEVER}]*$"
_TEXT = rf"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f{_NEVER}]*$"

Word = Annotated[str, StringConstraints(max_length=200, pattern=WORD)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_:./-]+$")]
Text = Annotated[str, StringConstraints(max_length=LONGEST, pattern=_TEXT)]
Prose = Annotated[str, StringConstraints(max_length=4000, pattern=_TEXT)]  # of a manuscript, as its pages take it
Yes = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]
_DAY = re.compile(r"20\d\d-\d\d-\d\d")
_MOMENT = re.compile(
    r"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-][01][0-9]:[0-5][0-9])"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def _as(pattern: re.Pattern[str], what: str) -> BeforeValidator:
    """Only text of this very shape: pydantic would take numbers and other spellings for it too."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        raise ValueError(what)

    return BeforeValidator(check)


Day = Annotated[
    date,
    _as(_DAY, "YYYY-MM-DD"),
    WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{_DAY.pattern}$"}),
]
Moment = Annotated[
    AwareDatetime,
    _as(_MOMENT, "YYYY-MM-DDThh:mm:ss+08:00"),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{_MOMENT.pattern}$"}),
]
Id = Annotated[uuid.UUID, _as(_UUID, "uuid"), WithJsonSchema({"type": "string", "format": "uuid"})]
Words = Annotated[tuple[Word, ...], Field(max_length=MOST)]
Given = Annotated[dict[Code, Annotated[tuple[Code, ...], Field(max_length=MOST)]], Field(max_length=MOST)]
Values = Annotated[dict[str, Any], Field(max_length=MOST)]  # of a form; `catalog.form` reads and judges them
Held = Annotated[dict[Code, Word], Field(max_length=MOST)]

# The annotation of a command's field → the type a program may send. A command with another one fails on import.
_TYPES: dict[str, Any] = {
    "Text": Text,
    "str": Word,
    "bool": Yes,
    "int": Count,
    "date": Day,
    "date | None": Day | None,
    "tuple[str, ...]": Words,
    "Files": Annotated[tuple[Id, ...], Field(max_length=MOST)],
    "dict[str, tuple[str, ...]]": Given,
    "dict[str, Any]": Values,
}


class Body(BaseModel):
    """A JSON object with no field it does not know."""

    model_config = ConfigDict(extra="forbid")


def body_of(command: type[Any], life: str = "", **otherwise: tuple[Any, Any] | None) -> type[Body]:
    """The body that asks for a command, named after it and the `life` it is done to: two lives may have acts of one
    name. Its fields, strictly typed, with the same defaults; `otherwise` (type,
    default) for a field that programs send in another shape than the core keeps, None for one they don't send."""
    shape: dict[str, Any] = {}
    for part in fields(command):
        if part.name not in otherwise:
            default = part.default_factory() if part.default_factory is not MISSING else part.default
            shape[part.name] = (_TYPES[str(part.type)], ... if default is MISSING else default)
    shape |= {name: kind for name, kind in otherwise.items() if kind}
    return create_model(f"{life}{command.__name__}Body", __base__=Body, **shape)
