"""导入: divisions, departments, halls, posts and officers from a file, and the templates for it.

What a file may hold and how it is stored is `exchange.structure_files`'s. For the security administrator.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from yichuang.aggregates.refusal import Invalid
from yichuang.exchange import structure_files
from yichuang.faces import who
from yichuang.faces.house import frame
from yichuang.faces.house.officers import give_link
from yichuang.ledger.actor import Actor
from yichuang.org import reach
from yichuang.org.rights import STRUCTURE

ACTIVE = "house:departments"
MOST_FAULTS = 200  # shown on one page


@require_http_methods(["GET", "HEAD", "POST"])
@frame.for_right(STRUCTURE)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What a file needs; POST checks it and stores all of it, or says of each row what is wrong."""
    context: dict[str, Any] = {"title": "导入机构、岗位和人员", "tables": structure_files.TABLES.values()}
    status = 200
    if request.method == "POST":
        sent = request.FILES.get("file")
        only_check = request.POST.get("only_check") == "yes"
        try:
            if sent is None:
                raise Invalid("file", "请选择一个文件。")
            if (sent.size or 0) > structure_files.MOST_BYTES:
                raise Invalid("file", "文件超过 2 MB；请分成几个文件导入。")
            divisions = [division.code for division in reach.list_divisions(actor)]
            outcome = structure_files.import_file(
                sent.name or "", sent.read(), actor, divisions, who.seated(request).day, only_check=only_check
            )
        except Invalid as error:
            context["problem"], status = error.message, 422
        else:
            status = 422 if outcome.faults else 200
            context |= {"outcome": outcome, "only_check": only_check, "faults": outcome.faults[:MOST_FAULTS]}
            if not only_check:
                account = who.account_of(request)
                given = [(a.officer, give_link(a.officer, actor, account)) for a in outcome.accounts]
                context |= {"links": [(o, link) for o, link in given if link], "days": settings.FIRST_LINK_DAYS}
                context["mailed"] = len(given) - len(context["links"])
    return frame.page(request, actor, "import.html", context, active=ACTIVE, status=status)


@require_safe
@frame.for_right(STRUCTURE)
def template(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """The template of a table as CSV that Excel opens, with one row as an example. Raises Http404."""
    table = structure_files.TABLES.get(kind)
    if table is None:
        raise Http404(kind)
    out = io.StringIO()
    csv.writer(out).writerows([table.columns, table.example])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return answer
