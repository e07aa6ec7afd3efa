"""`yichuang client`: lets a program in. Its token is printed once and not kept; `--revoke` shuts it out again."""

from __future__ import annotations

import argparse
import sys

HELP = "为程序签发接口令牌（只显示一次），或以 --revoke 停用"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--account", metavar="用户名", help="程序代表谁")
    parser.add_argument("--post", default="", metavar="岗位", help="以哪个岗位办理，如 410100/zwb/window/1；申请人不填")
    parser.add_argument("--name", default="", metavar="名称", help="接口用户的名称（默认取用户名和岗位）")
    parser.add_argument("--days", type=int, default=365, metavar="天数", help="令牌有效多少天（默认365，最多730）")
    parser.add_argument("--revoke", metavar="名称", help="停用这个接口用户的令牌")


def run(options: argparse.Namespace) -> int:
    """Issue or revoke a client. Returns 1, after printing the reason, for an unknown account, post or client."""
    from yichuang.aggregates.refusal import Invalid

    try:
        print(
            revoke(options.revoke)
            if options.revoke
            else issue(options.account or "", options.post, options.name, options.days)
        )
    except Invalid as error:
        print("出错了：" + error.message, file=sys.stderr)
        return 1
    return 0


def issue(username: str, post: str, name: str, days: int) -> str:
    """The token of a new client. Raises Invalid."""
    from yichuang.aggregates.refusal import Invalid
    from yichuang.ledger.actor import SYSTEM
    from yichuang.org.queries import seats_now
    from yichuang.people.models import Account
    from yichuang.people.service import issue_client

    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise Invalid("command", "没有这个用户名，或账号已停用。请用 --account 指明程序代表谁。")
    if post:
        seats = [seat.post.id for seat in seats_now(account)[1]]
        if post not in seats:
            raise Invalid(
                "command", f"该用户今天不在岗位 {post} 上。" + (f"在岗：{'、'.join(seats)}。" if seats else "")
            )
    name = name or f"{username}{f'@{post}' if post else ''}"
    return issue_client(name, account, SYSTEM, post, days=days)[1]


def revoke(name: str) -> str:
    """Stops the token at once. Raises Invalid."""
    from yichuang.aggregates.refusal import Invalid
    from yichuang.ledger.actor import SYSTEM
    from yichuang.people.models import ApiClient
    from yichuang.people.service import revoke_client

    client = ApiClient.objects.filter(name=name, revoked_at=None).first()
    if client is None:
        raise Invalid("command", "没有这个名称的、仍在使用的接口用户。")
    revoke_client(client, SYSTEM)
    return f"已停用：{name}"
