"""Builds the command line of the web server and finds its port. No request is handled here."""

from __future__ import annotations

import argparse
import os
import socket
import sys

PORT = 8000
HEADER_MILLISECONDS = 15_000  # for the head of a request, and between two requests on a connection
HEADER_BYTES = 64 * 1024
CONNECTIONS = 4096  # at once, in each process; a slow one costs no thread
TRIES = 50  # ports above the wanted one


def web_arguments(parser: argparse.ArgumentParser) -> None:
    cores = os.cpu_count() or 1
    parser.epilog = (
        "上传的文件默认不作病毒扫描：要用 clamd，设 YICHUANG_CLAMD=主机:端口 或套接字的路径（见 docs/operations.md）。"
    )
    parser.add_argument("--host", default=os.environ.get("YICHUANG_HOST", "127.0.0.1"), help="监听地址")
    port = int(os.environ.get("YICHUANG_PORT", PORT))
    parser.add_argument("--port", type=int, default=port, help="端口（默认 8000）")
    parser.add_argument("--workers", type=int, default=min(2, cores), help="网页进程数（默认不超过 2）")


def web_command(host: str, port: int, workers: int) -> list[str]:
    """HTTP/1.1 alone, small headers within seconds, many connections at once; the rest is `ops.front`'s."""
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--no-ws", "--http", "1", "--log-level", "warning"]
    command += ["--http1-header-read-timeout", str(HEADER_MILLISECONDS), "--http1-buffer-size", str(HEADER_BYTES)]
    command += ["--backlog", str(CONNECTIONS), "--backpressure", str(CONNECTIONS)]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5"]
    return [*command, "yichuang.rsgi:application"]


def free_port(host: str, first_port: int) -> int:
    """The first free port at or above `first_port`. Raises RuntimeError when there is none."""
    for port in range(first_port, min(first_port + TRIES, 65536)):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"{host} 上从 {first_port} 起的 {TRIES} 个端口都不能用；请用 --port 另选")
