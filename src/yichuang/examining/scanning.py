"""A virus scanner for uploads, if the installation has one: clamd, by its socket. Without the setting none is used.

The client library is not among the packages of `base.txt`: who sets a scanner installs `requirements/scanner.txt`.
"""

from __future__ import annotations

import io

SECONDS = 30  # for the whole of a file; clamd unpacks what it scans


class ScannerDown(Exception):
    """The configured scanner did not answer, so nobody knows whether the file is clean."""


def scan(data: bytes, address: str) -> str:
    """The name of the virus that clamd at `address` (host:port, or the path of a socket) finds; empty for none.

    Raises ScannerDown.
    """
    try:
        from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
    except ImportError as error:
        raise ScannerDown("requirements/scanner.txt is not installed") from error
    try:
        host, _, port = address.rpartition(":")
        scanner = (
            ClamdUnixSocket(address, timeout=SECONDS)
            if address.startswith("/")
            else ClamdNetworkSocket(host.strip("[]"), int(port), timeout=SECONDS)
        )
        status, virus = scanner.instream(io.BytesIO(data))["stream"]
    except (ClamdError, OSError, ValueError, KeyError, TypeError) as error:
        raise ScannerDown(str(error)) from error
    if status not in {"OK", "FOUND"}:
        raise ScannerDown(status)
    return str(virus or "?") if status == "FOUND" else ""
