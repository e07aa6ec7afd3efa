"""`yichuang invite NAME`: another one-time link for an officer who cannot log in and whom no administrator can help."""

from __future__ import annotations

import argparse

HELP = "为工作人员另发一次性链接（设置密码用，只显示一次；原密码和旧链接随即作废）"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", metavar="用户名")
    parser.add_argument("--second-factor", action="store_true", help="动态口令也作废，登录后重新设置（本人丢失手机的）")


def run(options: argparse.Namespace) -> int:
    """Raises RuntimeError when no officer has this user name."""
    from django.conf import settings

    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.first_login import issue_first_link
    from yichuang.people.models import Account

    account = Account.objects.filter(username=options.account, kind="officer", is_active=True).first()
    if account is None:
        raise RuntimeError("没有这个用户名的工作人员，或账号已关闭。")
    print(f"{settings.PUBLIC_URL}{issue_first_link(account, SYSTEM, second_factor=options.second_factor)}")
    print(f"请交给本人，{settings.FIRST_LINK_DAYS}天内有效，只显示这一次。")
    return 0
