"""One sample of every kind, as the case engine would fill it: people and cases invented. No test lives here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from yichuang.documents.content import DEMO_SEAL, Document, Field, Licence, Table
from yichuang.documents.kinds import KINDS
from yichuang.kernel.codes import document_number

ORGAN = "郑州市市场监督管理局"
BASES = (
    "《中华人民共和国行政许可法》第三十二条第一款第（五）项。",
    "《中华人民共和国食品安全法》第三十五条第一款。",
)
REMEDIES = (
    "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议。",
    "也可以自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。",
)
MATERIALS = Table(
    headings=("序号", "材料名称", "形式", "份数", "备注"),
    rows=(
        ("1", "食品经营许可申请书", "原件", "1", ""),
        ("2", "营业执照", "电子证照", "1", "已共享，免于提交"),
        ("3", "与食品经营相适应的主要设备设施布局、操作流程等文件", "复印件", "1", "加盖公章"),
    ),
    caption="材料清单",
    widths=(2, 9, 3, 2, 4),
)
_WORDS = {
    "receipt": "你单位于2018年3月2日提交的食品经营许可申请材料已收到，现将所收材料列明如下。本凭证不代表已经受理，"
    "本机关将在五个工作日内决定是否受理或者一次告知需要补正的全部内容。",
    "correction": "你单位提交的食品经营许可申请材料不齐全，请于2018年3月16日前一次补正下列内容。"
    "逾期未补正的，终止办理。",
    "addition_receipt": "2018年3月5日，本机关收到你单位为食品经营许可（新办）申请补充的材料（清单见下），并入本件。",
    "correction_receipt": "你单位于2018年3月9日提交的补正材料已收到。",
    "acceptance": "你单位提出的食品经营许可申请，材料齐全、符合法定形式，本机关决定予以受理。承诺办结时限为10个工作日，"
    "自受理次日起算，至2018年3月16日止；法定办结时限为20个工作日。",
    "non_acceptance": "你单位提出的申请事项依法不属于本机关职权范围，本机关决定不予受理。"
    "请向郑州市卫生健康委员会提出申请。",
    "special": "因办理该事项需要专家评审，依照行政许可法第四十五条，所需时间15日不计算在办理期限内，特此告知。",
    "extension": "因需要进一步核实经营场所的设备布局，经本机关负责人批准，决定将办理期限延长10个工作日，"
    "至2018年4月13日止。",
    "grant": "经审查，你单位的申请符合法定条件、标准，决定准予行政许可，许可内容为：热食类食品制售、冷食类食品制售。"
    "有效期自2018年3月16日至2023年3月15日。请依法从事许可的活动。",
    "refusal": "经审查，你单位的经营场所与有毒、有害场所的距离不符合食品安全标准的要求，决定不予行政许可。",
    "termination": "你单位在规定期限内未补正全部材料，本机关终止办理本次申请。补齐材料后可以重新提出申请。",
    "withdrawal": "你单位于2018年3月8日申请撤回食品经营许可申请，经核对身份无误，予以确认，本次办理即行终止。",
    "acceptance_revocation": "你单位于2018年3月2日提出食品经营许可申请，本机关于2018年3月5日受理。经核查，该申请"
    "不符合受理的条件，尚无审查环节办结，本机关决定撤销受理。",
    "rights_notice": "本机关拟认定你单位隐瞒有关情况或者提供虚假材料申请行政许可，拟不予许可，并给予警告。"
    "你单位有权陈述和申辩，请于2018年3月19日前（含当日）提出。",
    "applicant_correction": "2018年3月2日提出的食品经营许可申请，登记的申请人有误，"
    "现更正为“郑州市金水区老陈记餐饮店”。",
    "refund": "你单位办理食品经营许可时缴纳的费用，现全额退还。该项费用不应收取，不需要再缴。",
    "delivery": "",
}
_RETURN = (
    Field("受送达人", "郑州市金水区老陈记餐饮店"),
    Field("送达文书名称及文号", "准予行政许可决定书，郑市监许准字〔2018〕第00001号"),
    Field("送达地点", "郑州市政务服务大厅综合窗口"),
    Field("送达方式", "直接送达"),
    Field("送达人（两人）"),
    Field("收件人签名及日期"),
    Field("代收人及与受送达人关系"),
    Field("备注"),
)


def document(kind: str) -> Document:
    """A full sample of a kind other than the licence."""
    known = KINDS[kind]
    return Document(
        kind=kind,
        number=document_number.build("市监", known.word, 2018, 1),
        organ=ORGAN,
        organ_short="郑市监",
        to="" if kind == "delivery" else "郑州市金水区老陈记餐饮店",
        case_number="410100-2018-0302-00017",
        date=date(2018, 3, 2),
        paragraphs=(_WORDS.get(kind, _WORDS["grant"]),) if _WORDS.get(kind, "grant") else (),
        fields=_RETURN if kind == "delivery" else (),
        tables=(MATERIALS,) if kind in {"receipt", "correction", "correction_receipt", "addition_receipt"} else (),
        bases=BASES if known.red_head or kind in {"acceptance", "correction"} else (),
        remedies=REMEDIES if known.duties else (),
        sign_lines=("经办人", "申请人签收", "联系电话", "签收日期") if kind in {"receipt", "correction"} else (),
        verify_url="https://yichuang.example/check",
        code="7QK4-M2ZD",
        seal_name=DEMO_SEAL,
        demo=True,
    )


def licence() -> Licence:
    """A sample licence, upright."""
    return Licence(
        title="食品经营许可证",
        number="JY24101050000017",
        identifier="1.2.156.3005.2.11100000MB0P1X02XM001.11410100005252709W.JY24101050000017.001.K",
        holder="郑州市金水区老陈记餐饮店",
        fields=(
            Field("经营者", "陈镕"),
            Field("统一社会信用代码", "92410105MA4XXXXX0X"),
            Field("经营场所", "河南省郑州市金水区花园路39号院1号楼附12号"),
            Field("主体业态", "餐饮服务经营者"),
            Field("经营项目", "热食类食品制售；冷食类食品制售；自制饮品制售"),
        ),
        issuer=ORGAN,
        date=date(2018, 3, 16),
        valid_from=date(2018, 3, 16),
        valid_to=date(2023, 3, 15),
        verify_url="https://yichuang.example/check",
        code="9LX2-T5WA",
        seal_name=DEMO_SEAL,
        demo=True,
    )


def every() -> list[Document | Licence]:
    """One sample of every kind, and the licence lying as well."""
    documents = [document(code) for code in KINDS if code != "licence"]
    return [*documents, licence(), replace(licence(), landscape=True)]
