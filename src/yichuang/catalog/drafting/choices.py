"""The codes that a standard's fields choose among, and their Chinese words."""

from __future__ import annotations

from collections.abc import Mapping

from yichuang.catalog.standard import FieldType, Must, PointKind, PostKind, Role, StepKind

TASK_TYPES = {  # GB/T 39046 A.1
    "01": "行政许可",
    "02": "行政处罚",
    "03": "行政强制",
    "04": "行政征收",
    "05": "行政给付",
    "06": "行政检查",
    "07": "行政确认",
    "08": "行政奖励",
    "09": "行政裁决",
    "10": "其他行政权力",
    "20": "公共服务",
}
PROCEDURES = {"licence": "许可", "registration": "登记与确认", "filing": "备案与公共服务"}
HALL_CLASSES = {  # 3.4a; kept by their names
    name: name for name in ("行政审批事项", "公共服务事项", "依申请的相关行政权力事项", "便民服务事项")
}
APPLICANTS = {"person": "自然人", "corp": "法人和其他组织"}
CHANNELS = {"window": "窗口办理", "online": "网上办理", "mobile": "手机办理", "post": "邮寄办理"}
RANKS = {
    "law": "法律",
    "admin_reg": "行政法规及国务院决定",
    "local_reg": "地方性法规",
    "rule": "规章",
    "document": "规范性文件",
}
ROLES: dict[str, str] = {
    Role.PRIMARY: "主要材料",
    Role.NON_KEY: "非关键材料",
    Role.SHARED: "共享材料",
    Role.PROMISE: "承诺书",
}
NECESSITIES = {"1": "必要", "2": "非必要", "3": "可容缺"}
FORMS = {"paper": "纸质", "electronic": "电子", "both": "纸质或电子"}
SOURCES = {"applicant": "申请人自备", "gov": "政府部门核发", "agency": "中介机构或其他机构"}
STEP_KINDS: dict[str, str] = {kind.value: kind.label for kind in StepKind}
POSTS: dict[PostKind, str] = {
    PostKind.WINDOW: "综合窗口",
    PostKind.REVIEWER: "审查岗",
    PostKind.SURVEYOR: "核查（勘验）岗",
    PostKind.HEAD: "本机关负责人",
    PostKind.OFFICE: "政务服务办",
    PostKind.SUPERVISOR: "电子监察岗",
    PostKind.INSPECTOR: "督查岗",
    PostKind.COUNSELLOR: "辅导员",
    PostKind.CASHIER: "收费岗",
}
STARTS = {"accept": "自受理起", "apply": "自收到申请起"}
RESULT_KINDS = {"license": "证照", "approval": "批文", "registration": "登记", "filing": "备案回执"}
FIELD_TYPES: dict[str, str] = {
    FieldType.TEXT: "单行文字",
    FieldType.LONG_TEXT: "多行文字",
    FieldType.INTEGER: "整数",
    FieldType.DECIMAL: "小数",
    FieldType.DATE: "日期",
    FieldType.CHOICE: "单选",
    FieldType.CHOICES: "多选",
    FieldType.YES_NO: "是否",
    FieldType.USCC: "统一社会信用代码",
    FieldType.RESIDENT_ID: "身份证号",
    FieldType.PHONE: "电话",
    FieldType.PROJECT_CODE: "投资项目代码",
}
MUSTS: dict[str, str] = {
    Must.PAST: "已经到来的日期",
    Must.AHEAD: "申请日以后的日期",
    Must.LOCAL: "本省或中央项目的代码",
}
CHECKS = {
    "not_after": "前者不晚于后者",
    "not_less": "前者不少于后者",
    "sum_at_most": "合计不超过",
    "differ": "互不相同",
    "needs": "填了前者须填后者",
}
POINT_KINDS: dict[PointKind, str] = {
    PointKind.PRECONDITION: "前置条件",
    PointKind.PROCEDURE: "程序",
    PointKind.TIME: "时限",
    PointKind.FEE: "收费",
}
PLACES = {"accept": "受理", "decide": "决定", "deliver": "送达", "fee": "收费"}  # of a supervision point, besides steps
SITUATIONS = {"new": "新办", "change": "变更", "renew": "延续", "reissue": "补办", "cancel": "注销"}
FILE_KINDS = ("pdf", "jpg", "png", "ofd", "docx", "xlsx", "dwg")  # that `examining` can look into
RULES: dict[str, str] = {}  # titles of the rules of supervision by code, which supervision says as it starts


def name_rules(titles: Mapping[str, str]) -> None:
    """Say what the rules that a supervision point may name are called."""
    RULES.update(titles)
