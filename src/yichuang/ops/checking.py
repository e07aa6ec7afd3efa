"""The complete verification: the ledger, and the texts, standards, calendars and files whose digests it holds. The
command and the nightly job run the same.
"""

from __future__ import annotations

from collections.abc import Callable

from yichuang.aggregates.upload_check import check_uploads
from yichuang.catalog.consistency.service import check_comparisons
from yichuang.catalog.standard_check import check_standards
from yichuang.documents.file_check import check_files
from yichuang.ledger.outside import Outside, configured_outside
from yichuang.ledger.report import Report
from yichuang.ledger.verify import verify
from yichuang.org.calendar_check import check_calendar

Progress = Callable[[int], None]


def verify_all(
    outside: Outside | None = None, stream: str = "", *, files: bool = True, progress: Progress = lambda count: None
) -> Report:
    """Verify one stream, or everything; without `files` what lies on disk is left out, and the report says so.

    Raises nothing that lies in tables or folders.
    """
    report = verify(outside or configured_outside(), stream, progress)
    if stream:
        return report
    for part, look in (("办事规程", check_standards), ("市县比对", check_comparisons), ("工作日历", check_calendar)):
        with report.guard_part(part):
            look(report)
    if not files:
        report.skipped = "上传文件和文书在磁盘上的内容（--no-files）"
        return report
    for part, look in (("上传文件", check_uploads), ("文书文件", check_files)):
        with report.guard_part(part):
            look(report)
    return report
