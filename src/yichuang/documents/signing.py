"""Signing documents: PAdES baseline B-B (ETSI EN 319 142-1) by the issuing organ.

`SealService` is the door to a city's own electronic seal service; `LocalSealService` signs with a test authority made
on this machine, whose certificates say so. It proves origin inside this installation only: it is no licensed
certification service (电子签名法 16–18 条) and uses P-256, not SM2. What never enters: deciding whether to sign.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import constants
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from yichuang.documents.verify import Authority

ROOT_NAME = "一窗本地根证书（未接入电子印章服务）"
SIGNATURE_FIELD = "Seal"

# A demonstration city may stand in 2018, so the test certificates hold long before and after today.
_VALID_FROM = datetime(2000, 1, 1, tzinfo=UTC)
_VALID_TO = datetime(2099, 12, 31, tzinfo=UTC)
_RESERVED = 8192  # hexadecimal digits kept free for the signature, about twice what two certificates and it take
_DER, _PEM = serialization.Encoding.DER, serialization.Encoding.PEM
_COMMON_NAME_LIMIT = 64  # octets, 21 Chinese characters: the organisation name beside it holds the whole name


class SealService(Protocol):
    """What a service that seals documents offers; a city's own service takes the place of the local one."""

    def seal(self, pdf: bytes, organ: str, reason: str, when: datetime) -> bytes:
        """Return the signed file. `when` is the aware moment of signing. Raises ValueError for an unusable input."""
        ...

    def authority(self) -> Authority:
        """Return the root to check its signatures against."""
        ...


@dataclass(frozen=True)
class LocalSealService:
    """Seals with the test authority in `folder`."""

    folder: Path

    def seal(self, pdf: bytes, organ: str, reason: str, when: datetime) -> bytes:
        return sign(pdf, organ, reason, self.folder, when)

    def authority(self) -> Authority:
        return ensure_authority(self.folder)


def ensure_authority(folder: Path) -> Authority:
    """Return the test authority in `folder`, making it first if there is none; safe against others doing the same.

    Its certificate is published as `root.cer`, so that checking (`verify.read_authority`) needs no key.
    """
    certificate, _ = _pair(folder, "root", ROOT_NAME)
    root = certificate.public_bytes(_DER)
    public = folder / "root.cer"
    if not public.exists():
        _write(public, root)
    return Authority(root)


def sign(pdf: bytes, organ: str, reason: str, folder: Path, when: datetime) -> bytes:
    """Return `pdf` signed by `organ` (PAdES B-B, ECDSA P-256 with SHA-256) as of `when`.

    The organ's key and certificate are made on first use. `when` is claimed by the signer, not time-stamped.
    Raises ValueError for a naive `when` or an empty organ, pyhanko's PdfError when the file cannot take a signature.
    """
    if when.tzinfo is None:
        raise ValueError("the moment of signing needs a time zone")
    if not organ.strip():
        raise ValueError("a signature names an organ")
    metadata = signers.PdfSignatureMetadata(
        field_name=SIGNATURE_FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason,
        name=organ,
    )
    session = _ArchivalSigner(metadata, _signer(folder, organ)).init_signing_session(_ArchivalWriter(io.BytesIO(pdf)))
    session.system_time = when
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=_RESERVED)
    output = io.BytesIO()
    digest, _ = prepared.digest_tbs_document(output=output)
    asyncio.run(
        prepared.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=when),
        )
    )
    return output.getvalue()


class _ArchivalWriter(IncrementalPdfFileWriter):
    """Leaves the metadata as rendered: pyhanko's own XMP breaks PDF/A's extension schema and notes the wall clock."""

    def _update_meta(self) -> None:
        return None


class _ArchivalSigner(signers.PdfSigner):
    """Keeps the file at PDF 1.7, on which PDF/A-2 stands; the ISO 32002 mark for P-256 would make it 2.0."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        pdf_out.register_extension(constants.ESIC_EXTENSION_1)


def _signer(folder: Path, organ: str) -> signers.SimpleSigner:
    root, _ = _pair(folder, "root", ROOT_NAME)
    name = hashlib.sha256(organ.encode()).hexdigest()[:32]  # a file name whatever the organ is called
    certificate, key = _pair(folder, f"organ-{name}", organ)
    private = key.private_bytes(_DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return signers.SimpleSigner(
        signing_cert=_asn1(certificate),
        signing_key=load_private_key_from_pemder_data(private, None),
        cert_registry=SimpleCertificateStore.from_certs([_asn1(root)]),  # type: ignore[no-untyped-call]
    )


def _asn1(certificate: x509.Certificate) -> Any:
    """The certificate as pyhanko's own kind of object."""
    return next(iter(load_certs_from_pemder_data(certificate.public_bytes(_DER))))


def _pair(folder: Path, name: str, subject: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Read the certificate and key called `name`, making them first if there are none."""
    path = folder / f"{name}.pem"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if name != "root":
            _pair(folder, "root", ROOT_NAME)
        with _locked(folder):
            if not path.exists():  # another process may have been first
                _write(path, _issue(subject, None if name == "root" else _read(folder / "root.pem")))
    return _read(path)


def _read(path: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    data = path.read_bytes()
    key = serialization.load_pem_private_key(data, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path.name} holds no elliptic-curve key")
    return x509.load_pem_x509_certificate(data), key


def _issue(subject: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None) -> bytes:
    """Make a key and its certificate, signed by `issuer` or by itself; both as PEM in one text, so neither is alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    root = issuer is None
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject),
            x509.NameAttribute(NameOID.COMMON_NAME, subject.encode()[:_COMMON_NAME_LIMIT].decode(errors="ignore")),
        ]
    )
    issuer_name, issuer_key = (name, key) if issuer is None else (issuer[0].subject, issuer[1])
    usage = x509.KeyUsage(
        digital_signature=not root,
        content_commitment=not root,
        key_cert_sign=root,
        crl_sign=root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_TO)
        .add_extension(x509.BasicConstraints(ca=root, path_length=0 if root else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    secret = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return secret + certificate.public_bytes(_PEM)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only (mkstemp makes it 0600)."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock against other threads and processes."""
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
