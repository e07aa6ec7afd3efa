"""Chinese words for entries of the audited streams: kinds and keys of bodies. A word not here shows as it is."""

from __future__ import annotations

from typing import Any

from yichuang.cases.core.decide import ACTS
from yichuang.orders.core.decide import ACTS as ORDER_ACTS

# First word of the stream → kind → label
KINDS: dict[str, dict[str, str]] = {
    "refusal": {"refused": "操作被拒绝"},
    "people": {
        "account_registered": "账号登记",
        "account_closed": "账号关闭",
        "first_link_issued": "首次登录链接发放",
        "second_factor_reset": "动态口令作废重设",
        "first_password_set": "首次密码设置",
        "mail_retried": "邮件再发",
        "real_name_checked": "实名核验",
        "subject_entered": "申请人录入",
        "head_bound": "单位绑定负责人",
        "head_replaced": "法定代表人变更",
        "person_bound": "实名绑定",
        "binding_ended": "绑定解除",
        "binding_code_issued": "绑定码发放",
        "subject_renamed": "更名",
        "document_replaced": "证件换发",
        "identity_questioned": "身份不一致",
        "identity_looked_at": "查看身份核实",
        "identity_decided": "身份核实决定",
        "mandate_taken_up": "授权起作用",
        "contact_updated": "联系方式更新",
        "mandate_granted": "授权",
        "mandate_revoked": "撤销授权",
        "client_issued": "接口令牌签发",
        "client_revoked": "接口令牌停用",
        "demo_applicants_built": "示范申请人载入",
    },
    "looked": {
        "case_opened": "打开办件",
        "upload_opened": "打开上传文件",
        "paper_opened": "打开文书",
        "looked_up": "按证件号码查到",
        "binding_opened": "打开实名绑定",
        "mandates_opened": "查看授权",
        "identity_looked_at": "查看身份核实",
        "unmasked": "查看完整信息",
        "case_read": "接口读取办件",
        "case_listed": "接口列出办件",
        "withheld": "依法暂不告知",
    },
    "export": {"exported": "导出文件"},
    "login": {
        "logged_in": "登录",
        "logged_out": "退出",
        "login_failed": "输错密码",
        "code_failed": "输错动态口令",
        "locked_out": "多次输错，暂停登录",
        "session_ended": "登录结束",
        "password_changed": "修改密码",
    },
    "security": {"parameter_set": "参数设定"},
    "org": {
        "division_added": "区划登记",
        "department_added": "部门登记",
        "hall_added": "大厅登记",
        "renamed": "更名",
        "closed": "撤销",
        "closing_cancelled": "取消撤销",
        "post_moved": "岗位改设大厅",
        "post_added": "岗位设立",
        "risk_rated": "岗位风险改定",
        "officer_enrolled": "人员登记",
        "appointed": "任职",
        "holding_ended": "离任",
        "absence_recorded": "缺席登记",
        "absence_ended": "销假",
        "delegated": "指定代理",
        "calendar_loaded": "日历载入",
        "demo_officers_built": "示范人员载入",
    },
    "system": {"connected": "业务系统对接", "disconnected": "业务系统停止对接"},
    "parameter": {"set": "预警参数改定", "parameter_set": "参数改定"},
    "rule": {"parameter_set": "规则参数设定"},
    "outage": {"outage_recorded": "停运登记", "outage_cancelled": "停运取消"},
    "exclusion": {"excluded": "列为三率例外", "counted_again": "结束三率例外"},
    "finding": {"found": "监察发现", "restated": "监察发现更新", "withdrawn": "监察发现撤销"},
    "order": {
        "drafted": "立牌",
        "restated": "牌随发现更新",
        "cancelled": "不予发出",
        "issued": "发出督办单",
        "raised": "督办升级",
        "assigned": "指定责任人",
        "signed": "签收督办单",
        "replied": "反馈整改",
        "returned": "打回反馈",
        "verified": "核实销号",
        "appealed": "申诉",
        "appeal_rejected": "申诉不成立",
        "revoked": "撤牌",
        "escalated": "逾期升级",
    },
    "standard": {"published": "办事规程发布"},
    "vault": {"destroyed": "个人信息销毁"},
    "paper": {"rendered": "文书制作"},
    "upload": {"file_kept": "文件保存", "file_dropped": "文件删除"},
    "check": {"checked": "每日核验"},
}
KEYS = {
    "case": "办件",
    "upload": "上传文件",
    "paper": "文书（办件记录的条次）",
    "count": "一小时内第几次",
    "rows": "行数",
    "why": "结束的原因",
    "session": "登录",
    "until": "暂不告知至",
    "command": "操作",
    "code": "拒绝代码",
    "clause": "依据条款",
    "account": "账号",
    "post": "岗位",
    "hall": "大厅",
    "officer": "人员",
    "holding": "任职",
    "absence": "缺席",
    "absent": "缺席人员",
    "stand_in": "代理人",
    "delegation": "代理",
    "first_day": "自",
    "last_day": "至",
    "back_on": "返岗",
    "kind": "种类",
    "level": "级别",
    "risk": "风险",
    "field": "栏目",
    "reason": "理由（在保险库）",
    "ground": "例外的原因",
    "before": "原来的",
    "basis": "依据",
    "provider": "核验方",
    "passed": "通过",
    "proof": "凭据种类",
    "document": "核对的原件",
    "days": "有效天数",
    "slip": "绑定码编号",
    "question": "身份核实编号",
    "decision": "决定",
    "mandate": "授权",
    "agent": "代理人",
    "items": "事项",
    "all_items": "全部事项",
    "evidence": "凭据（在保险库）",
    "year": "年份",
    "year_version": "该年版本",
    "version": "版本",
    "value": "取值",
    "name": "参数",
    "rule": "规则",
    "at": "所在位置",
    "department": "部门",
    "person": "人员",
    "day": "日期",
    "measured": "测得",
    "allowed": "准许",
    "seq": "账本条次",
    "other": "另一账本条次",
    "order": "督办单",
    "origin": "来源",
    "division": "区划",
    "finding": "监察发现",
    "item": "事项",
    "number": "办件编号",
    "complaint": "投诉编号",
    "received_on": "投诉收到日期",
    "serial": "监察编号",
    "content": "督办内容（在保险库）",
    "text": "内容（在保险库）",
    "note": "意见（在保险库）",
    "reach": "报到第几级",
    "within": "期限（工作日）",
    "responsible": "责任人",
    "cause": "原因",
    "waits": "等的是哪一步",
    "due_on": "到期日",
    "certain": "日历已公布",
    "public_key": "公钥",
    "digest": "摘要",
    "entries": "账本条数",
    "seals": "封存数",
    "texts": "个人信息原文数",
    "files": "文件数",
    "faults": "问题数",
    "kinds": "问题的种类",
    "named": "问题",
    "notes": "说明",
}


COMMANDS = {command.__name__: act.label for command, act in ACTS.items()} | {
    command.__name__: act.label for command, act in ORDER_ACTS.items()
}


def kind(stream: str, kind: str) -> str:
    return KINDS.get(stream.partition("/")[0], {}).get(kind, kind)


def body(content: dict[str, Any]) -> list[tuple[str, str]]:
    """(key in Chinese, value as text) of a body, in its own order."""
    words = {key: COMMANDS.get(value, value) if key == "command" else value for key, value in content.items()}
    return [(KEYS.get(key, key), _said(value)) for key, value in words.items()]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(_said, value)) or "—"
    if isinstance(value, dict):
        return "、".join(f"{key}:{_said(part)}" for key, part in value.items()) or "—"
    return str(value) if value not in ("", None) else "—"
