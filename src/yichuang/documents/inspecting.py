"""The examination of a PDF's signatures in the child that `examining.process` bounds: hostile files are parsed here."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import replace
from typing import Any

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from yichuang.documents.verify import Examination

_MAX_SIGNATURES = 8
_MAX_NAME = 120  # characters
_DIGEST = re.compile(r"SM3:([0-9a-f]{64})")


def look(pdf: bytes, root: bytes) -> tuple[dict[str, Any], bytes]:
    """What `inspect` finds, as plain values. Run by the child only."""
    logging.disable(logging.CRITICAL)
    examination = inspect(pdf, root)
    return {**vars(examination), "signed_at": examination.signed_at.isoformat() if examination.signed_at else None}, b""


def inspect(pdf: bytes, root: bytes) -> Examination:
    """Examine in this process, without its bounds: for the child, and for files we made ourselves."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        encrypted = reader.encrypted
        signatures = [] if encrypted else reader.embedded_signatures
    except MemoryError:
        raise
    except Exception:  # a hostile file may raise anything
        return Examination(messages=("文件已损坏或者结构不合规范，无法读取。",))
    if encrypted:
        return Examination(messages=("文件已加密，无法核验。本系统出具的文书不加密。",))
    examination = Examination(readable=True, document_digest=_stated_digest(reader))
    if not signatures:
        return replace(examination, messages=("文件没有电子签名。",))
    if len(signatures) > _MAX_SIGNATURES:
        return replace(examination, signed=True, messages=(f"文件有{len(signatures)}个签名，不是本系统出具的文书。",))
    each = [_one_signature(signature, root) for signature in signatures]
    last = each[-1]  # embedded signatures come in the order of signing
    return replace(
        examination,
        signed=True,
        intact=all(signature.intact for signature in each),
        trusted=all(signature.trusted for signature in each),
        signer=last.signer,
        signed_at=last.signed_at,
        covers_whole=last.covers_whole,
        messages=tuple(message for signature in each for message in signature.messages),
    )


def _stated_digest(reader: PdfFileReader) -> str:
    """The content digest that `render` put among the keywords; empty when there is none."""
    try:
        keywords = str(reader.trailer["/Info"]["/Keywords"])
    except MemoryError:
        raise
    except Exception:  # a hostile file may raise anything
        return ""
    match = _DIGEST.search(keywords)
    return match.group(1) if match else ""


def _one_signature(signature: EmbeddedPdfSignature, root: bytes) -> Examination:
    """Judge one signature: the bytes it covers, the certificate's chain to our root, and what lies outside it."""
    try:
        context = ValidationContext(trust_roots=list(load_certs_from_pemder_data(root)), allow_fetching=False)
        status = validate_pdf_signature(signature, context, skip_diff=True)
        intact = status.intact and status.valid
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and _padding_is_empty(signature)
        signer, issuer = _name(status.signing_cert.subject), _name(status.signing_cert.issuer)
        when = signature.self_reported_timestamp
    except MemoryError:
        raise
    except Exception:  # a hostile file may raise anything
        return Examination(messages=("签名数据已损坏，无法核验，文件可能被改动。",))
    messages = [f"签名人：{signer}。"]
    if when:
        messages.append(f"签署时间（签名人声明，未加盖时间戳）：{when:%Y-%m-%d %H:%M:%S%z}。")
    if not intact:
        messages.append("签名与内容不符：文件在签名之后被改动。")
    elif not status.trusted:
        messages.append(f"签名证书由“{issuer}”签发，不在本系统信任的根证书之列，不能证明签名人身份。")
    else:
        messages.append("签名有效，签名覆盖的内容未被改动。")
    if not whole:
        messages.append("签名没有覆盖整个文件：签名之后又追加了内容。")
    return Examination(
        intact=intact,
        trusted=status.trusted,
        signer=signer,
        signed_at=when,
        covers_whole=whole,
        messages=tuple(messages),
    )


def _padding_is_empty(signature: EmbeddedPdfSignature) -> bool:
    """The room left in the signature's place is the one part no signature covers: nothing may hide there."""
    contents = bytes(signature.pkcs7_content)
    size = contents[1]
    end = 2 + size
    if size > 0x7F:  # DER, long form: the low bits count the octets of the length
        end = 2 + (size & 0x7F)
        end += int.from_bytes(contents[2:end], "big")
    return not contents[end:].strip(b"\0")


def _name(name: Any) -> str:
    """The organisation's or common name of a certificate's subject or issuer, cut to what a page can show."""
    native = name.native
    text = str(native.get("organization_name") or native.get("common_name") or name.human_friendly)
    return "".join(char if char.isprintable() else "\ufffd" for char in text)[:_MAX_NAME]
