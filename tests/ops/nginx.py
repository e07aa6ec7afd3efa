"""Debian's nginx with the configuration we ship: the file itself, with other values where it says that they differ."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.waiting import HANGS, until
from yichuang.ops.embedded import end_with_parent

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
NAME = "city.example"


def program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Nginx:
    """A proxy before `upstream` on two ports of its own. Its folder is removed in the end."""

    def __init__(self, upstream: str, http: int, https: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="yichuang-test-"))
        self.folder.chmod(0o755)
        self.http, self.https = http, https
        self._certify()
        values = {
            "YICHUANG_NAME": NAME,
            "YICHUANG_UPSTREAM": upstream,
            "YICHUANG_CERTIFICATE": str(self.folder / "certificate.pem"),
            "YICHUANG_KEY": str(self.folder / "key.pem"),
            "YICHUANG_HTTPS": f"127.0.0.1:{https}",
            "YICHUANG_HTTP": f"127.0.0.1:{http}",
            "/run/yichuang-nginx.pid": str(self.folder / "pid"),
            "/var/log/nginx/yichuang-error.log": str(self.folder / "error.log"),
        }
        self.configuration = self.folder / "nginx.conf"
        self.configuration.write_text(filled(SHIPPED.read_text(), values))
        self.process: subprocess.Popen[bytes] | None = None

    def _certify(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        (self.folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (self.folder / "key.pem").write_bytes(private)

    def start(self) -> None:
        found = program()
        assert found
        command = [found, "-p", str(self.folder), "-c", str(self.configuration), "-e", str(self.folder / "error.log")]
        self.process = subprocess.Popen([*command, "-g", "daemon off;"], preexec_fn=end_with_parent)
        until(self._runs)

    def _runs(self) -> bool:
        assert self.process and self.process.poll() is None, (self.folder / "error.log").read_text()
        return (self.folder / "pid").exists()

    def remove(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)
            self.process.wait(HANGS)
        shutil.rmtree(self.folder, ignore_errors=True)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The configuration with our values; the comments that name them stay as they are."""
    lines = []
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            for name in sorted(values, key=len, reverse=True):
                line = line.replace(name, values[name])
        lines.append(line)
    return "\n".join(lines) + "\n"
