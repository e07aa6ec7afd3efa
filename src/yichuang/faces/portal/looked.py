"""谁看过我的信息: which posts looked at one's own or one's firm's data, when, on which case and on what ground.

For the person, and for a firm its head; an agent is shown nothing of the principal's. Officers are not named: post and
department answer for them.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yichuang.cases import looking
from yichuang.documents.kinds import KINDS
from yichuang.faces import who
from yichuang.faces.portal.page import page, signed_in
from yichuang.faces.requests import number
from yichuang.people import queries
from yichuang.people.face import CasePart

DID = {
    "case_opened": "打开了办件（当天再看不另记）",
    "upload_opened": "打开了您交的材料",
    "paper_opened": "打开了文书",
    "looked_up": "按证件号码查到了您的登记信息",
    "licence_opened": "打开了您的证照",
    "licence_paper_opened": "打开了您证照的文书",
    "licence_file_opened": "打开了您证照的附件",
    "binding_opened": "为发放实名绑定码看了您的登记信息",
    "mandates_opened": "看了您给出的授权",
    "identity_looked_at": "核实身份时看了登记的姓名和证件号码",
    "unmasked": "查看了完整信息",
    "case_read": "由业务系统读取了办件",
    "case_listed": "由业务系统列出了办件",
}
FIELDS = {
    "name": "名称",
    "id_number": "证件号码",
    "uscc": "统一社会信用代码",
    "legal_name": "法定代表人姓名",
    "legal_id_number": "法定代表人证件号码",
    "phone": "联系电话",
    "address": "地址",
    CasePart.FORM.value: "完整的申请表",
    CasePart.FILES.value: "上传的材料",
    CasePart.PAPERS.value: "文书和证照",
}
# The ground on which a kind of post looks: what its work on cases is
GROUNDS = {
    "window": "综合窗口收件、受理、制证和送达",
    "counsellor": "窗口辅导",
    "reviewer": "所在部门审查该件",
    "surveyor": "所在部门现场核查该件",
    "head": "所在部门审查和决定该件",
    "cashier": "收费",
    "office": "政务服务机构协调、督促办理",
    "supervisor": "电子监察",
    "inspector": "督查",
    "secadmin": "身份核实：统一身份认证提供的与登记的不同",
}


@require_safe
@signed_in
def looked(request: HttpRequest) -> HttpResponse:
    """The looks at oneself or, chosen by `of`, at a firm one heads. Raises Http404 for anybody else's."""
    ids = queries.own_subjects(who.account_of(request))
    own = [(subject.pk, subject.name) for subject in queries.list_subjects(ids)]
    chosen = request.GET.get("of") or (own[0][0] if own else "")
    if own and chosen not in ids:
        raise Http404(chosen)
    lines, more = looking.list_looks(chosen, number(request.GET.get("before"), 0)) if own else ([], False)
    context = {
        "title": "谁看过我的信息",
        "own": own,
        "chosen": chosen,
        "lines": [(line, say_what(line), say_why(line)) for line in lines],
        "more": lines[-1].seq if more else None,
        "paged": "before" in request.GET,
    }
    return page(request, "looked.html", context)


def say_what(line: looking.Line) -> str:
    """打开了您交的材料“平面图.pdf”."""
    words = DID.get(line.kind, line.kind)
    if line.file:
        words += f"“{line.file}”"
    if line.paper:
        words += f"“{KINDS[line.paper].title}”"
    if line.field:
        words += f"：{FIELDS.get(line.field, line.field)}"
    return words


def say_why(line: looking.Line) -> str:
    """The reason the officer wrote, else the work of the post; for a program without a post whose it is."""
    if line.reason:
        return f"所写理由：{line.reason}"
    return GROUNDS.get(line.post_kind, "") if line.post else "使用您本人、本单位或者代理人的接口令牌"
