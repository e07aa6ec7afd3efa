"""Who may act on accounts, log-ins and programs. For whom somebody may speak is `queries.Speaking`."""

from __future__ import annotations

from yichuang.aggregates.rights import Right, right_of_secadmin, right_of_sysadmin

ACCOUNTS = right_of_secadmin("工作人员和程序的账号、首次登录链接由安全管理员管理（三员分立）。")
CLIENTS = right_of_secadmin("接口客户端由安全管理员签发和停用（三员分立）。")
IDENTITIES = right_of_secadmin("身份核实由安全管理员决定（三员分立）。")
SECURITY = right_of_secadmin("登录安全的参数由安全管理员设定（三员分立）。")
OUTBOX = right_of_sysadmin("发件箱由系统管理员查看和再发（三员分立）。")
BINDING = Right("not-window", frozenset({"window"}), "绑定码只由核对了证件原件的综合窗口发放。")
