"""From plain data (a form, an API body) to a command: what people wrote goes into one vault row, its references into
the command.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from yichuang.aggregates.acts import Act, Asked
from yichuang.aggregates.codec import adapter_of
from yichuang.aggregates.refusal import Kind, Refused
from yichuang.kernel.canonical import canonical
from yichuang.kernel.sm3 import sm3
from yichuang.kernel.text import clean
from yichuang.ledger.vault import VaultRow, seal_up, split_reference


@dataclass(frozen=True, slots=True)
class Prepared:
    """A command that the door takes.

    `rows` are stored in the vault with it. `digest` is the SM3 of the plain content, which tells a retry from another
    command under the same id. `given` is what a birth says beside the ledger (the name that lists show).
    """

    command: Any
    rows: tuple[VaultRow, ...] = ()
    digest: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


def new_command_id() -> uuid.UUID:
    return uuid.uuid4()


def prepare_command(
    act: Act, data: Mapping[str, Any], *, subject: str, plain: Mapping[str, Any] | None = None
) -> Prepared:
    """The command of an act. `subject` is whose data the texts are, for retention and destruction; `plain` what a retry
    is told by, where that is not the data.

    Raises Refused(kind input) when a text is missing, too long or cannot be kept, or the data has not the command's
    shape.
    """
    texts = {name: clean_text(name, act.asks.get(name, Asked()), data.get(name)) for name in act.private}
    return make_prepared(
        act,
        dict(data),
        {name: text for name, text in texts.items() if text},
        subject,
        dict(data if plain is None else plain),
    )


def make_prepared(act: Act, data: dict[str, Any], texts: dict[str, Any], subject: str, plain: Any) -> Prepared:
    """The command from its data, its private content and the plain content that its digest is of. Raises
    Refused(kind input).
    """
    row = seal_up(subject, texts) if texts else None
    refs = {name: row.ref(name) for name in texts} if row else {}
    private = act.private
    public = {name: value for name, value in data.items() if name not in private}
    if any(map(split_reference, _strings(public))):  # it would be read as a private text of somebody's
        message = "提交的内容里有系统内部的编号，不能这样填写。"
        raise Refused("malformed", message, next="请改写后再提交。", kind=Kind.INPUT)
    try:
        command = adapter_of(act.command).validate_python({**dict.fromkeys(private, ""), **public, **refs})
    except ValidationError as error:
        where = "、".join(dict.fromkeys(".".join(str(p) for p in e["loc"]) for e in error.errors()))
        message = f"提交的内容格式不对：{where}"
        raise Refused("malformed", message, next="请按接口说明或页面提示填写。", kind=Kind.INPUT) from error
    return Prepared(command, (row,) if row else (), digest_of(act.command, plain))


def _strings(value: Any) -> Iterator[str]:
    """All strings in plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from _strings(part)


def digest_of(command: type[Any], plain: Any) -> str:
    """SM3 of a command's plain content, hex."""
    return sm3(canonical(exact_json({"command": command.__name__, "data": plain})).encode()).hex()


def clean_text(name: str, asked: Asked, value: Any) -> str:
    """A text somebody wrote, clean and not too long. Raises Refused(kind input)."""
    if value in (None, ""):
        text = ""
    elif not isinstance(value, str):
        raise Refused("malformed", f"{name} 应当是文字。", kind=Kind.INPUT, field=name)
    else:
        try:
            text = clean(value, lines=True)
        except ValueError as error:
            message = f"“{asked.label}”：{error}" if asked.label else str(error)
            raise Refused("bad-text", message, kind=Kind.INPUT, field=name) from error
    if asked.required and not text:
        raise Refused("no-text", f"请填写“{asked.label}”。", kind=Kind.INPUT, field=name)
    if len(text) > asked.most:
        what = f"“{asked.label}”" if asked.label else "文字"
        message = f"{what}太长：{len(text)}字，最多{asked.most}字。"
        next = "请写得简短一些，详细内容可以作为附件。"
        raise Refused("too-long", message, next=next, kind=Kind.INPUT, field=name)
    return text


def exact_json(value: Any) -> Any:
    """JSON without floats (they have no canonical form): decimals as text, everything else as it is."""
    return json.loads(json.dumps(value, ensure_ascii=False, default=str), parse_float=str)
