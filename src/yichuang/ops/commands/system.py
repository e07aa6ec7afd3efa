"""`yichuang system`: connects a department's own system, which signs what it reports; `--revoke` ends it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "登记部门自建的业务系统及其公钥（Ed25519），或以 --revoke 停止对接；不带参数列出全部"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--code", default="", metavar="代码", help="系统代码，如 scjg-permits")
    parser.add_argument("--department", default="", metavar="部门", help="所属部门，如 410100/scjg")
    parser.add_argument("--name", default="", metavar="名称", help="系统名称")
    parser.add_argument("--key", type=Path, metavar="文件", help="Ed25519 公钥（PEM）；私钥留在部门，不要交来")
    parser.add_argument("--revoke", default="", metavar="代码", help="停止对接这个系统")


def run(options: argparse.Namespace) -> int:
    """Connect, disconnect or list systems. Returns 1, after printing the reason, when the act is refused."""
    from yichuang.aggregates.refusal import Invalid
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.models import System
    from yichuang.org.service import connect_system, disconnect_system

    try:
        if options.revoke:
            print(f"已停止对接：{disconnect_system(options.revoke, SYSTEM).name}")
        elif options.code:
            system = connect_system(options.code, options.department, options.name, public_key(options.key), SYSTEM)
            print(f"已登记：{system.code} {system.name}（{system.department_id}）")
        else:
            for system in System.objects.order_by("code"):
                print(f"{system.code}  {system.department_id}  {system.name}{'  已停止' if system.revoked_at else ''}")
    except Invalid as error:
        print("出错了：" + error.message, file=sys.stderr)
        return 1
    return 0


def public_key(file: Path | None) -> str:
    """The key in hex. Raises Invalid."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from yichuang.aggregates.refusal import Invalid

    if file is None:
        raise Invalid("command", "请用 --key 给出公钥文件。")
    try:
        key = serialization.load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Invalid("command", f"读不出公钥文件 {file.name}；应当是 PEM 格式的公钥。") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Invalid("command", "应当是 Ed25519 公钥。")
    return key.public_bytes_raw().hex()
