"""From plain data (a form, an API body) to a command: private text goes into one vault row, its references into the
command.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from yichuang.aggregates.refusal import Kind, Refused
from yichuang.cases.codec import COMMANDS, PRIVATE, load_command
from yichuang.catalog import form
from yichuang.catalog.standard import Standard
from yichuang.kernel.canonical import canonical
from yichuang.kernel.sm3 import sm3
from yichuang.kernel.text import clean
from yichuang.ledger.vault import Lodged, seal_up

LONGEST = 2000  # characters of one text


@dataclass(frozen=True, slots=True)
class Prepared:
    command: Any
    rows: tuple[Lodged, ...]  # vault rows to store with it
    digest: str  # SM3 of the plain content: tells a retry from another command under the same id


def prepare(name: str, data: dict[str, Any], *, subject: str) -> Prepared:
    """A command by its snake-case name. `subject` is whose data the texts are (for retention and destruction).

    Raises Refused(kind input) when the data has not the command's shape, with a sentence per field.
    """
    cls = COMMANDS.get(name)
    if cls is None or name in ("submit", "tick"):
        raise Refused("unknown-command", "没有这种操作。", kind=Kind.INPUT)
    texts = {f: _text(f, data[f]) for f in PRIVATE[cls] if data.get(f)}
    return _prepared(cls, data, texts, subject, data)


def prepare_submit(
    standard: Standard,
    *,
    situation: str,
    subject: str,
    applicant: dict[str, Any],
    values: dict[str, Any],
    agent: bool,
    given: dict[str, tuple[str, ...]],
    held: dict[str, str],
) -> Prepared:
    """The Submit command for a filled-in form. `applicant` is what was known of the applicant at filing (a
    snapshot).
    """
    about = {"situation": situation, "agent": "yes" if agent else "no"}
    kept, application = _application(standard, values, about)
    content = {"form": {"applicant": applicant, "values": _exact(kept)}}
    data = {
        "standard": standard.key,
        "situation": situation,
        "subject": subject,
        "application": application,
        "given": given,
        "held": held,
    }
    plain = {**data, "form": content["form"], "application": _exact(application)}
    return _prepared(COMMANDS["submit"], data, content, subject, plain)


def _prepared(
    cls: type[Any], data: dict[str, Any], texts: dict[str, Any], subject: str, plain: dict[str, Any]
) -> Prepared:
    row = seal_up(subject, texts) if texts else None
    refs = {name: row.ref(name) for name in texts} if row else {}
    public = {k: v for k, v in data.items() if k not in PRIVATE[cls]}
    try:
        command = load_command(cls, {**dict.fromkeys(PRIVATE[cls], ""), **public, **refs})
    except ValidationError as error:
        where = "、".join(dict.fromkeys(".".join(str(p) for p in e["loc"]) for e in error.errors()))
        message = f"提交的内容格式不对：{where}"
        raise Refused("malformed", message, next="请按接口说明或页面提示填写。", kind=Kind.INPUT) from error
    digest = sm3(canonical(_exact({"command": cls.__name__, "data": plain})).encode()).hex()
    return Prepared(command, (row,) if row else (), digest)


def _text(name: str, value: Any) -> str:
    """A text somebody wrote, clean and not too long. Raises Refused(kind input)."""
    if not isinstance(value, str):
        raise Refused("malformed", f"{name} 应当是文字。", kind=Kind.INPUT)
    try:
        text = clean(value, lines=True)
    except ValueError as error:
        raise Refused("bad-text", str(error), kind=Kind.INPUT) from error
    if len(text) > LONGEST:
        message = f"文字太长：{len(text)}字，最多{LONGEST}字。"
        raise Refused("too-long", message, next="请写得简短一些，详细内容可以作为附件。", kind=Kind.INPUT)
    return text


def _exact(value: Any) -> Any:
    """JSON without floats (they have no canonical form): decimals as text, everything else as it is."""
    return json.loads(json.dumps(value, ensure_ascii=False, default=str), parse_float=str)


def new_command_id() -> uuid.UUID:
    return uuid.uuid4()


def prepare_supply(
    standard: Standard,
    *,
    situation: str,
    subject: str,
    applicant: dict[str, Any],
    values: dict[str, Any],
    agent: bool,
    given: dict[str, tuple[str, ...]],
) -> Prepared:
    """The Supply command with a corrected form, kept in the shape `prepare_submit` keeps it in. Raises Refused(input)
    when the form is still wrong: a supply that mends nothing would use up the notice.
    """
    about = {"situation": situation, "agent": "yes" if agent else "no"}
    kept, application = _application(standard, values, about)
    problems = form.validate(standard.form, application, application)
    if problems:
        next = "请按提示逐项改正后再提交，已填内容不会丢失。"
        raise Refused("form-invalid", "申请表还有需要改正的地方。", next=next, kind=Kind.INPUT, fields=problems)
    content = {"form": {"applicant": applicant, "values": _exact(kept)}}
    data = {"given": given, "application": application}
    return _prepared(COMMANDS["supply"], data, content, subject, {"given": given, **content})


def _application(
    standard: Standard, values: dict[str, Any], about: dict[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that the form keeps, and with what is known about the filing: what decides on the needs."""
    kept = form.coerce(standard.form, values)
    kept = form.prune(standard.form, kept, {**kept, **about})
    return kept, {**kept, **about}
