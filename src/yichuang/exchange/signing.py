"""Verifies who sent a batch: a department's system signs each batch, with a time and a nonce.

The signature is Ed25519 (RFC 8032) over the lines `yichuang-batch-1`, system, timestamp, nonce, and the SM3 of the body
in hex. The system's private key stays with its department; here is only the public half.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import IntegrityError, transaction

from yichuang.exchange.models import Nonce
from yichuang.kernel.sm3 import sm3
from yichuang.ledger.service import now
from yichuang.org.models import System

WINDOW = timedelta(minutes=5)  # how far the sender's clock may be from ours
_NONCE = re.compile(r"[0-9A-Za-z_-]{16,64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_TIME = re.compile(r"[0-9]{10}")


class Unproven(Exception):
    """The signature of a batch does not hold: a code, and a Chinese sentence with the next step."""

    def __init__(self, code: str, message: str, next: str) -> None:
        super().__init__(message)
        self.code, self.message, self.next = code, message, next


@dataclass(frozen=True, slots=True)
class BatchSignature:
    """The signature of a batch and the headers it covers."""

    system: str
    timestamp: str  # seconds since 1970 UTC
    nonce: str
    signature: str  # hex


def signed_message(system: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """The bytes that the system signs."""
    return "\n".join(("yichuang-batch-1", system, timestamp, nonce, sm3(body).hex())).encode()


def verify_batch(signed: BatchSignature, body: bytes, department: str) -> System:
    """The system that signed this body for the department. Raises Unproven, also for a stale or repeated signature.

    The nonce is stored in the caller's transaction: a batch that is not stored may be sent again unchanged.
    """
    shape = (
        _NONCE.fullmatch(signed.nonce) and _SIGNATURE.fullmatch(signed.signature) and _TIME.fullmatch(signed.timestamp)
    )
    if not shape:
        message_text = "批量报送要带系统、时间戳、随机数和签名四个请求头。"
        raise Unproven("not-signed", message_text, "请对照接口说明设置 X-Yichuang-System 等请求头。")
    system = System.objects.filter(pk=signed.system, revoked_at=None).first()
    # one answer for an unknown system and a bad signature: who guesses learns nothing
    if system is None or not _signs(system, signed, body):
        raise Unproven("bad-signature", "签名与登记的公钥不符，或系统没有登记。", "请核对系统代码、私钥和签名的内容。")
    if system.department_id != department:
        raise Unproven("other-department", "令牌所代表的岗位不属于这个系统的部门。", "请用本部门岗位的令牌报送。")
    moment = now()
    if abs(moment - datetime.fromtimestamp(int(signed.timestamp), UTC)) > WINDOW:
        raise Unproven("stale", "时间戳与本平台相差超过5分钟。", "请校准时钟后重新签名再报。")
    try:
        with transaction.atomic():
            Nonce.objects.create(system=system.code, nonce=signed.nonce, at=moment)
    except IntegrityError:
        raise Unproven("replayed", "这一批已经收到过。", "要再报请用新的随机数重新签名；相同的记录不会重复。") from None
    Nonce.objects.filter(at__lt=moment - 2 * WINDOW).delete()
    return system


def _signs(system: System, signed: BatchSignature, body: bytes) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(system.public_key))
        key.verify(bytes.fromhex(signed.signature), signed_message(signed.system, signed.timestamp, signed.nonce, body))
    except InvalidSignature:
        return False
    return True
