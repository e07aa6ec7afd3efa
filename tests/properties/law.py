"""What may never stand in a ledger, read from the entries alone: no code of the core is used, so that it cannot agree
with itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

INTAKE = {"pre_reviewed", "received", "correction_asked", "accepted"}
ENDS = {"declined", "closed", "withdrawn", "terminated", "acceptance_revoked"}
REVIEW = {"step_concluded", "sent_back", "special_started", "special_ended", "extended", "decided", "step_assigned"}


def breaches(rows: list[dict[str, Any]], officers: dict[str, int]) -> Iterator[str]:
    """The breaches in one case's entries (kind, body, actor, seq, recorded_at), in order.

    `officers` is the least number of officers by step.
    """
    intake: set[str] = set()
    reviewers: set[str] = set()
    given: set[str] = set()
    steps: dict[str, str] = {}
    open_specials: set[str] = set()
    promised: set[str] = set()  # what may come after acceptance
    unchecked: set[str] = set()  # of it, what has not come or was not found good
    counts: dict[str, int] = {}
    fees: dict[str, int] = {}
    needed: set[str] = set()
    granted = accepted = ended = decided = heard = late = explained = breached = False
    told_until = ""
    before = None
    for n, row in enumerate(rows, 1):
        kind, body, actor = row["kind"], json.loads(row["body"]), row["actor"]
        counts[kind] = counts.get(kind, 0) + 1
        if row["seq"] != n:
            yield f"第 {n} 条的序号是 {row['seq']}"
        if before is not None and row["recorded_at"] < before:
            yield f"{kind}:登记时间倒退"
        before = row["recorded_at"]
        if ended and kind != "lateness_explained":  # why it was late may be said afterwards
            yield f"{kind}:办件已经结束"
        if kind in REVIEW and not accepted:
            yield f"{kind}:没有受理"
        if decided and kind in REVIEW:
            yield f"{kind}:已经决定"
        if actor in intake and actor != "system" and kind in {"step_concluded", "decided", "extended", "sent_back"}:
            yield f"{kind}:受理人员 {actor} 办理以后的环节"
        if late and not explained and actor != "system" and kind in {"decided", "terminated", "acceptance_revoked"}:
            yield f"{kind}:超过法定期限，没有说明原因"
        match kind:
            case "warned" if (body["clock"], body["rung"], body["estimate"]) == ("statutory", "over", False):
                late = True
            case "lateness_explained":
                explained = True
            case "submitted":
                needed, fees = set(body["needed"]), {f: a for f, a in body["fees"].items() if a}
                given = {m for m, files in body["given"].items() if files} | set(body["held"])
            case "revised":
                needed, fees = set(body["needed"]), {f: a for f, a in body["fees"].items() if a}
            case "supplied" | "materials_added" | "gaps_supplied":
                given |= {m for m, files in body["given"].items() if files}
            case "gaps_promised":
                promised, unchecked = set(body["materials"]), set(body["materials"])
            case "gap_checked":
                (unchecked.discard if body["passed"] else unchecked.add)(body["material"])
            case "correction_asked":
                promised, unchecked = set(), set()
            case "gaps_breached":
                breached = True
            case "accepted":
                accepted = True
                steps = dict.fromkeys(body["steps"], "waiting")
                if not body["silent"] and needed - given - promised:
                    yield "受理:材料不齐"
            case "step_opened":
                steps[body["step"]] = "open"
            case "sent_back":
                steps |= dict.fromkeys(body["reopened"], "waiting")
            case "step_concluded":
                if steps[body["step"]] != "open":
                    yield f"{body['step']}:没有打开就办结"
                steps[body["step"]] = body["verdict"]
                reviewers |= set(body["officers"])
                if intake & set(body["officers"]):
                    yield f"{body['step']}:受理人员参加"
                if body["verdict"] != "deemed" and len(set(body["officers"])) < officers[body["step"]]:
                    yield f"{body['step']}:人数不足"
            case "special_started":
                open_specials.add(body["special"])
            case "special_ended":
                open_specials.discard(body["special"])
            case "fee_paid":
                fees.pop(body["fee"], None)
            case "fee_refunded" if body["ground"] == "wrong_payment":
                fees[body["fee"]] = body["amount"]
            case "falsehood_alleged":
                told_until, heard = body["until"], False
            case "allegation_answered":
                heard = True
            case "declined" if body["falsified"] and not (heard or "" < told_until < str(row["recorded_at"].date())):
                yield "认定虚假:没有告知，或者没有听取陈述申辩"
            case "decided":
                if body["falsified"] and not (heard or "" < told_until < body["on"]):
                    yield "认定虚假:没有告知，或者没有听取陈述申辩"
                decided, granted = True, body["granted"]
                if actor in reviewers:
                    yield "决定:审查人自己决定"
                if open_specials:
                    yield "决定:特别程序没有结束"
                if granted and (breached or unchecked & needed):
                    yield "准予:容缺的材料没有补齐"
                if granted and (needed - given or set(steps.values()) - {"pass", "agree", "deemed"}):
                    yield f"准予:{needed - given} {steps}"
                if not granted and not (body["remedies"] and body["reason"]):
                    yield "不予:没有理由或救济"
                if not body["bases"]:
                    yield "决定:没有依据"
            case "certificate_made":
                if not granted or fees:
                    yield "制证:没有准予或没有缴费"
        if kind in INTAKE and actor != "system":
            intake.add(actor)
        ended = ended or kind in ENDS
    yield from (f"{kind}:{counts[kind]} 次" for kind in ("correction_asked", "extended") if counts.get(kind, 0) > 1)
    yield from (
        f"{kind}:{counts[kind]} 次"
        for kind in ("submitted", "received", "accepted", "decided", "certificate_made", "delivered", "closed")
        if counts.get(kind, 0) > 1
    )
