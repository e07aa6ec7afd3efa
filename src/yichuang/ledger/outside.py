"""What is kept outside the database: every seal with its leaves as it is made, and the signed root of each day.

The folder is `ROOTS` of the settings (a write-once medium or another machine in production). The signing key is the
installation's Ed25519 key; the public key lies beside the roots. Who can change the database cannot change these.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from yichuang.kernel.canonical import canonical

PUBLIC = "public-key.pem"


@dataclass(frozen=True, slots=True)
class Outside:
    """The folder of roots and, for who signs, the private key's file."""

    folder: Path
    key: Path | None = None

    def append_seal(self, day: date, seal: dict[str, Any]) -> None:
        """Add a seal, with its leaves, to the day's file; on disk before this returns."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{day}.seals.jsonl"
        try:
            with open(file, "a", encoding="utf-8") as out:
                out.write(canonical(seal) + "\n")
                out.flush()
                os.fsync(out.fileno())
        except OSError:
            if file.exists() and not file.stat().st_size:
                file.unlink()  # a full disk takes the name of a file, and no byte of it
            raise

    def seals(self) -> Iterator[dict[str, Any]]:
        """All seals kept outside, oldest first. Raises ValueError naming a file that can't be read."""
        for file in sorted(self.folder.glob("*.seals.jsonl")):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise ValueError(f"{file.name} 第{number}行不是完整的封存记录。") from error

    def write_day(self, day: date, content: dict[str, Any]) -> None:
        """Sign and write the root of a day; a day that was written stays as it is."""
        file = self.folder / f"{day}.json"
        if file.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        text = canonical(content)
        signature = self._private().sign(text.encode()).hex()
        made = file.with_suffix(f".{os.getpid()}")
        try:
            made.write_text(json.dumps({"content": text, "signature": signature}, ensure_ascii=False), encoding="utf-8")
            with suppress(FileExistsError):
                os.link(made, file)
        finally:
            made.unlink(missing_ok=True)  # also when the disk is full

    def days(self) -> Iterator[tuple[str, dict[str, Any], bool]]:
        """(file name, content, signature holds) of every signed day, oldest first."""
        public = self.public()
        for file in sorted(self.folder.glob("????-??-??.json")):
            wrapped = json.loads(file.read_text(encoding="utf-8"))
            try:
                public.verify(bytes.fromhex(wrapped["signature"]), wrapped["content"].encode())
                holds = True
            except (InvalidSignature, ValueError):
                holds = False
            yield file.name, json.loads(wrapped["content"]), holds

    def public(self) -> Ed25519PublicKey:
        """The public key beside the roots. Raises FileNotFoundError before anything was ever signed."""
        key = serialization.load_pem_public_key((self.folder / PUBLIC).read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError("the public key beside the roots is not Ed25519")
        return key

    def _private(self) -> Ed25519PrivateKey:
        assert self.key is not None, "a reader of roots does not sign"
        if not self.key.exists():
            self._make_key()
        key = serialization.load_pem_private_key(self.key.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("the ledger's key is not Ed25519")
        if not (self.folder / PUBLIC).exists():
            pem = key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            (self.folder / PUBLIC).write_bytes(pem)
        return key

    def _make_key(self) -> None:
        assert self.key is not None
        self.key.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        made = self.key.with_suffix(f".{os.getpid()}")
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(pem)
        with suppress(FileExistsError):
            os.link(made, self.key)
        made.unlink()


def configured() -> Outside:
    """The folder and key of this installation."""
    from django.conf import settings

    return Outside(Path(settings.ROOTS_DIR), Path(settings.SECRETS_DIR) / "ledger-key.pem")
