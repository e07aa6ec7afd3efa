"""The command line `yichuang <命令>`. A command is a module in `ops/commands/`: add a file, and it is there.

Such a module has `HELP` (Chinese, one line) and `run(options) -> int`, and may have `arguments(parser)` and
`DATABASE`: "" needs none, "app" works as the program does, "owner" may change tables; or `database(options)` that
says so. It imports rooms inside `run`, so that the command line itself stays quick. No rule lives here.
"""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
from importlib import import_module
from types import ModuleType

import yichuang.ops.commands


def list_names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(yichuang.ops.commands.__path__))


def load_command(name: str) -> ModuleType:
    return import_module(f"yichuang.ops.commands.{name}")


def make_parser(command: str = "") -> argparse.ArgumentParser:
    """The whole command line, with every command's own arguments; of one command alone where it is named."""
    main_parser = argparse.ArgumentParser(prog="yichuang", description="一窗：一个窗口办成所有审批，每一步都见光")
    commands = main_parser.add_subparsers(dest="command", metavar="命令", required=True)
    names = list_names()
    for name in [command] if command in names else names:
        module = load_command(name)
        subparser = commands.add_parser(name, help=module.HELP, description=module.HELP)
        if hasattr(module, "arguments"):
            module.arguments(subparser)
    return main_parser


def run(module: ModuleType, options: argparse.Namespace) -> int:
    """Start what the command needs (database, Django), then run it. Returns its exit code."""
    need: str = module.database(options) if hasattr(module, "database") else getattr(module, "DATABASE", "")
    if not need:
        return int(module.run(options))
    from yichuang.ops import database  # most of what a command on files alone would load

    with database.keep_running() as addresses:
        os.environ |= addresses.environment(as_owner=need == "owner")
        import django
        from django.db import DatabaseError

        django.setup()
        try:
            return int(module.run(options))
        except DatabaseError as error:
            if why := database.explain_missing_tables(addresses):
                raise RuntimeError(why) from error
            raise


def main(words: list[str] | None = None) -> int:
    """Entry point. RuntimeError, which a person can put right, becomes one line; other exceptions keep their traceback.

    Returns the exit code.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.settings")
    words = sys.argv[1:] if words is None else words
    options = make_parser(words[0] if words else "").parse_args(words)
    try:
        return run(load_command(options.command), options)
    except RuntimeError as error:
        print(f"出错了：{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
