"""Words of the structure that pages and programs use too: kinds of post, levels of risk, what bears a name."""

from __future__ import annotations

# Kinds of post. Those that act on a case carry the values of the standard's PostKind; the last three administer
# system, security and audit (GB/T 22239-2019, 8.1.5), are kept in three hands (三员分立) and never act on a case.
POST_KINDS = {
    "window": "综合窗口岗",
    "reviewer": "审查岗",
    "surveyor": "核查岗",
    "head": "机关负责人",
    "office": "政务服务办",
    "supervisor": "电子监察岗",
    "inspector": "督查岗",
    "counsellor": "辅导岗",
    "cashier": "收费岗",
    "sysadmin": "系统管理员",
    "secadmin": "安全管理员",
    "auditadmin": "审计管理员",
}
ADMINISTRATORS = ("sysadmin", "secadmin", "auditadmin")
RISKS = {"high": "高", "medium": "中", "low": "低"}  # 廉政风险等级 (4.1b)
NAMED = {"division": "区划", "department": "部门", "hall": "大厅", "post": "岗位", "officer": "人员"}
CODE_KINDS = {"gbt2260": "GB/T 2260", "statistical": "统计用区划代码", "own": "本系统自编"}  # of a division's code
DEPARTMENT_KINDS = {"1": "法定机关", "2": "授权组织", "3": "受委托组织", "9": "其他"}  # GB/T 39046 A.3
# A word from a list, never a story: the reason of an absence can be a private matter
ABSENCE_REASONS = {
    "leave": "休假",
    "duty": "公务外出",
    "training": "培训",
    "sick": "病假",
    "avoid": "回避",
    "other": "其他",
}
