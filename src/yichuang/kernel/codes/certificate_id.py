"""Identifiers of electronic certificates (电子证照标识), GB/T 36904:

1.2.156.3005.2.{type}.{issuer}.{serial}.{version}.{check}. The check is ISO 7064 MOD 37,36 over the four parts without
dots. What a certificate says, and whether it is valid, does not enter it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import uscc
from .iso7064 import mod_37_36
from .problem import Problem, problem_of

NAME = "电子证照标识"
ROOT = "1.2.156.3005.2"
_PATTERN = re.compile(
    re.escape(ROOT) + r"\.([0-9A-Z]{18}[0-9]{3})\.([0-9A-Z]{18})\.([0-9A-Z]{1,32})\.([0-9]{3})\.([0-9A-Z])"
)


@dataclass(frozen=True, slots=True)
class CertificateId:
    """The parts: type (credit code of who defined it and 3 digits), issuer's credit code, serial, version."""

    identifier: str
    type: str
    issuer: str
    serial: str
    version: int


def check(identifier: object) -> Problem | None:
    """What is wrong with the identifier, or None. Takes anything and never raises."""
    return problem_of(parse(identifier))


def parse(identifier: object) -> CertificateId | Problem:
    """The parts of the identifier, or what is wrong with it. Takes anything and never raises."""
    if not isinstance(identifier, str) or not identifier:
        return Problem("empty", f"{NAME}没有填写；请填写证照上的{NAME}。")
    match = _PATTERN.fullmatch(identifier)
    if match is None:
        return Problem(
            "shape", f"{NAME}应以“{ROOT}.”开头，后接类型、颁发机构、流水号、版本号和校验位；请对照证照核对。"
        )
    kind, issuer, serial, version, check_given = match.groups()
    if problem := uscc.check(kind[:18]) or uscc.check(issuer):
        return Problem("body", f"{NAME}中的机构代码有误：{problem.message}")
    if mod_37_36(kind + issuer + serial + version) != check_given:
        return Problem("check", f"{NAME}校验不符，有字符填错；请对照证照逐位核对。")
    return CertificateId(identifier, kind, issuer, serial, int(version))


def build(type: str, issuer: str, serial: str, version: int = 1) -> str:
    """An identifier from the type code (21), the issuer's credit code, a serial of 1–32 and a version of 0–999.

    Raises ValueError, in Chinese, when the parts make none.
    """
    parts = (type, issuer, serial, f"{version:03d}")
    try:
        identifier = ".".join((ROOT, *parts, mod_37_36("".join(parts))))
    except ValueError:
        raise ValueError(f"{NAME}只能用数字和大写字母：{'.'.join(parts)}。") from None
    if problem := check(identifier):
        raise ValueError(problem.message)
    return identifier
