"""The accounts a demo store offers on its login page. Data only: no password, no act; a production store has none."""

from __future__ import annotations

from typing import NamedTuple


class DemoAccount(NamedTuple):
    username: str
    name: str
    role: str
    post: str = ""  # id of the post it holds; empty for applicants


DEMO_ACCOUNTS = (
    DemoAccount("zhangsan", "张三", "申请人（个人）"),
    DemoAccount("lisi", "李四", "申请人（企业法定代表人）"),
    DemoAccount("wangwu", "王五", "代办人（受企业委托）"),
    DemoAccount("window01", "陈晓窗", "综合窗口", "410100/zwb/window/1"),
    DemoAccount("window02", "刘书言", "综合窗口", "410100/zwb/window/2"),
    DemoAccount("counsellor", "孙引路", "辅导员（市场监管局）", "410100/scjg/counsellor/1"),
    DemoAccount("reviewer", "周明审", "审查岗（市场监管局）", "410100/scjg/reviewer/1"),
    DemoAccount("reviewer2", "吴复核", "复审岗（市场监管局）", "410100/scjg/reviewer/2"),
    DemoAccount("surveyor1", "郑实地", "核查岗（市场监管局）", "410100/scjg/surveyor/1"),
    DemoAccount("surveyor2", "王同行", "核查岗（市场监管局）", "410100/scjg/surveyor/2"),
    DemoAccount("head", "冯定国", "机关负责人（市场监管局）", "410100/scjg/head/1"),
    DemoAccount("cashier", "褚清账", "收费岗", "410100/zwb/cashier/1"),
    DemoAccount("office", "卫政言", "政务服务办", "410100/zwb/office/1"),
    DemoAccount("xz.reviewer", "方知新", "新郑市审查岗（市场监管局）", "410184/scjg/reviewer/1"),
    DemoAccount("xz.head", "严守郑", "新郑市机关负责人（市场监管局）", "410184/scjg/head/1"),
    DemoAccount("xz.office", "宋县明", "新郑市政务服务办", "410184/zwb/office/1"),
    DemoAccount("supervisor", "蒋明察", "电子监察", "410100/zwb/supervisor/1"),
    DemoAccount("inspector", "沈督行", "督查", "410100/zwb/inspector/1"),
    DemoAccount("sysadmin", "韩系统", "系统管理员", "410100/zwb/sysadmin/1"),
    DemoAccount("secadmin", "杨安全", "安全管理员", "410100/zwb/secadmin/1"),
    DemoAccount("auditadmin", "朱审计", "审计管理员", "410100/zwb/auditadmin/1"),
)
