"""Who may act on the structure, on officers and on the calendar."""

from __future__ import annotations

from yichuang.aggregates.rights import THREE_HANDS, Right, right_of_secadmin, right_of_sysadmin

CALENDAR = right_of_sysadmin("工作日历由系统管理员载入和更正（三员分立）。")
STRUCTURE = right_of_secadmin("区划、部门、大厅和岗位由安全管理员登记、更名和撤销（三员分立）。")
OFFICERS = right_of_secadmin("人员的登记、任职和离任由安全管理员办理（三员分立）。")
ABSENCES = Right("not-head", frozenset({"head", "secadmin"}), "缺席、销假和代理由本机关负责人或者安全管理员办理。")
HANDOVER = Right("not-head", frozenset({"head"}), "缺席与交接由本机关负责人办理。")
SYSTEMS = Right("not-system", frozenset(), "业务系统由维护人员用命令对接和停止对接。")
# What the ledger shows to its auditor: the ledger itself knows no posts
AUDIT = Right(
    "not-auditadmin", frozenset({"auditadmin"}), "审计查询和账本验真由审计管理员使用（三员分立）。", THREE_HANDS
)
