"""`yichuang standards`: standards from documents: draft one to start from, check files, publish them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "办事规程：起草样本（draft）、核对文件（check）、发布（publish）"
DATABASE = "app"


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="what", metavar="做什么", required=True)
    draft = actions.add_parser("draft", help="把随程序提供的一项规程改成某部门的草稿，打印出来供修改")
    draft.add_argument("item", metavar="事项", help="随程序提供的事项，如 ZZ-001")
    draft.add_argument("--department", required=True, metavar="部门", help="如 410200/scjg")
    for name, words in (
        ("check", "核对文件：八化和本库的机构、版本，不发布"),
        ("publish", "核对并发布；有一份不合就都不发布"),
    ):
        subparser = actions.add_parser(name, help=words)
        subparser.add_argument("files", nargs="+", type=Path, metavar="文件", help="JSON 或 YAML 的办事规程")


def run(options: argparse.Namespace) -> int:
    if options.what == "draft":
        return draft(options.item, options.department)
    return examine_files(options.files, publishing=options.what == "publish")


def draft(item: str, department: str) -> int:
    """Print a packaged standard as a draft for a department. Raises RuntimeError for an unknown item or department."""
    import json

    from yichuang.catalog.document import write_document
    from yichuang.catalog.intake import adapt_standard
    from yichuang.catalog.loading import CITY, load_standards
    from yichuang.org.models import Department

    packaged = {standard.item: standard for standard in load_standards() if standard.division == CITY}
    if item not in packaged:
        raise RuntimeError(f"没有随程序提供的事项 {item}。有：{' '.join(packaged)}")
    body = Department.objects.select_related("division").filter(pk=department).first()
    if body is None:
        raise RuntimeError(f"本系统没有部门 {department}。")
    print(json.dumps(json.loads(write_document(adapt_standard(packaged[item], body))), ensure_ascii=False, indent=1))
    return 0


def examine_files(files: list[Path], *, publishing: bool) -> int:
    """Say of each file what it holds; publish all of them or none. Returns 1 when one cannot be published."""
    from django.db import transaction

    from yichuang.catalog.intake import examine_draft
    from yichuang.catalog.service import publish
    from yichuang.ledger.actor import SYSTEM

    reports = [(file, examine_draft(_read(file))) for file in files]
    for file, report in reports:
        name = f"{report.standard.name}（{report.standard.key}）" if report.standard else "不是办事规程"
        print(f"{'✓' if report.is_publishable else '✗'} {file}：{name}")
        for fault in report.faults:
            print(f"    {fault}")
        for finding in report.findings:
            if not finding.blocks:
                print(f"    提示 · {finding.part}：{finding.message}")
    if not all(report.is_publishable for _, report in reports):
        print("没有发布任何一份。" if publishing else "有文件还不能发布。", file=sys.stderr)
        return 1
    if publishing:
        with transaction.atomic():
            for _, report in reports:
                assert report.standard is not None  # publishable
                publish(report.standard, SYSTEM)
        print(f"已发布{len(reports)}份。")
    return 0


def _read(file: Path) -> str:
    """Raises RuntimeError for a file that is no text."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RuntimeError(f"读不了 {file}：{error}") from None
