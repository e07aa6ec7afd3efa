"""What the public page says of a code or a file, in words for people: what is known, what is not, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from yichuang.documents.queries import Known, Record
from yichuang.documents.verify import Examination
from yichuang.licences.queries import Standing


@dataclass(frozen=True, slots=True)
class Verdict:
    """`light` is green, yellow, red or grey; `lines` say why, the most useful first."""

    light: str
    title: str
    lines: tuple[str, ...]
    record: Record | None = None


LOOK_CLOSER = "验证码只说明出具过这份文书。要知道手中的文件有没有被改动，请上传文件核验，或者对照下面的记录。"
NONE_YET = Verdict("grey", "不是本系统出具的文件", ("本系统还没有出具过任何文书文件，没有可以用来核对签名的证书。",))
UNKNOWN = (
    "请核对有没有输错：验证码是文书页脚的16位字母和数字，分为四组。",
    "其他机关、其他系统出具的文书不在这里核验。查不到不等于一定是假的，请向出具机关核实。",
)


def of_code(record: Record | None, stated: str = "") -> Verdict:
    """By verification code; `stated` is the content's digest that a QR code carries."""
    if record is None:
        return Verdict("grey", "没有查到这个验证码", UNKNOWN)
    certificate = record.certificate
    if stated and record.contents and stated not in record.contents:
        differs = "二维码带有的内容摘要与本系统留存的不一致，您手中的文书可能被改动。"
        return Verdict("red", "内容摘要不一致", (differs, "请对照下面的记录，并向出具机关核实。"), record)
    lines: tuple[str, ...] = (LOOK_CLOSER,)
    if stated and stated in record.contents:
        lines = ("二维码带有的内容摘要与本系统留存的一致。", LOOK_CLOSER)
    if certificate:
        return Verdict(certificate.light, f"本系统出具，{_standing(certificate)}", (*_now(certificate), *lines), record)
    return Verdict("green", "本系统出具过这份文书", lines, record)


def _standing(certificate: Standing) -> str:
    return certificate.label if certificate.status == "replaced" else f"证照{certificate.label}"


def _now(certificate: Standing) -> tuple[str, ...]:
    """What the licence is now, since when, and by which decision."""
    since = f"自{certificate.since.isoformat()}起；{certificate.reason}。"
    if certificate.status == "replaced":
        return (f"您查的是旧版证照，内容以新版为准。{since}证照现在的状态：{certificate.licence.stage.label}。",)
    return (f"{certificate.licence.stage.meaning}{since}",)


def of_certificate(known: bool) -> Verdict:
    """By the number or identifier of a certificate alone: whether we made it, and nothing of what it says."""
    if not known:
        lines = ("请核对有没有输错。文书（不是证照）只能用页脚的验证码查，不能用文号查。", UNKNOWN[1])
        return Verdict("grey", "没有查到", lines)
    lines = (
        "编号只说明本系统制发过这张证照，不说明持证人是谁，也不说明现在是否有效。",
        "要查持证人、有效期和现在的状态，请输入证照上的验证码，或者扫描证照上的二维码。",
    )
    return Verdict("blue", "本系统制发过这个编号的证照", lines)


def of_entered(licence: Standing) -> Verdict:
    """By the number of a paper licence of before this platform, which was entered here: what it is now, not whose."""
    lines = (
        *_now(licence),
        "这张证照在本系统启用之前制发，由作出决定的机关补记入册。这里只说明它现在的状态，不能核验您手中的原件。",
    )
    return Verdict(licence.light, f"补记入册的纸质证照，{licence.label}", lines)


def of_file(examination: Examination, known: Known | None, record: Record | None) -> Verdict:
    """By an uploaded file. `known` is the file on record with the same bytes; `record` what the file says it is."""
    messages = examination.messages
    if not examination.readable:
        return Verdict("grey", "无法核验这个文件", messages)
    if not examination.signed:
        return Verdict(
            "red", "不是原件：文件没有电子签名", (*messages, "本系统出具的文书都有签名。打印后扫描的文件不能核验。")
        )
    if not examination.intact or not examination.covers_whole:
        return Verdict("red", "文件在签名之后被改动", messages, record)
    if not examination.trusted:
        return Verdict("red", "不是本系统签发的文书", messages)
    if known is None:
        return Verdict("yellow", "签名有效，但没有这份文件的记录", (*messages, "请向签名的机关核实。"), record)
    if not known.current:
        earlier = "这是较早的一份，内容在签名之后未被改动；此后因原文件遗失或者所引内容依决定销毁，已重新制作。"
        return Verdict("yellow", "是本系统出具的，但已重新制作", (earlier, *messages), record)
    certificate = record.certificate if record else None
    if certificate and certificate.status != "valid":
        return Verdict(
            certificate.light, f"是原件，但{_standing(certificate)}", (*_now(certificate), *messages), record
        )
    return Verdict("green", "是原件，没有被改动", ("文件与本系统留存的一字不差。", *messages), record)
