"""`verify --rebuild` of orders: replays each stream and compares the row. Nothing is repaired."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

from yichuang.ledger.actor import SYSTEM
from yichuang.supervision.models import Order as Row
from yichuang.supervision.orders.service import RECKONED, facts_for, replayed, row

CHUNK = 500


@dataclass
class Rebuilt:
    orders: int = 0
    differences: list[tuple[str, str]] = field(default_factory=list)

    @property
    def green(self) -> bool:
        return not self.differences

    def lines(self) -> Iterator[str]:
        yield f"重放 {self.orders} 张督办单"
        for id, what in self.differences[:200]:
            yield f"✗ 督办单 {id}：{what}"
        yield "督办表与账本一致。" if self.green else f"{len(self.differences)} 处与账本不一致。"


def rebuild() -> Rebuilt:
    """Replay all orders and compare."""
    report = Rebuilt()
    with connection.cursor() as cursor:
        cursor.execute(
            "select substring(stream from 7)::uuid, max(seq) from ledger_entry where stream like 'order/%%' group by 1"
        )
        heads: dict[uuid.UUID, int] = dict(cursor.fetchall())
    facts = facts_for(SYSTEM)
    ids = sorted(heads)
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        rows = Row.objects.in_bulk(some)
        for id, order in replayed(some).items():
            report.orders += 1
            found = rows.get(id)
            if found is None:
                report.differences.append((str(id), "账本中有，表中没有"))
                continue
            wanted = row(order, facts) | {"seq": heads[id]}
            for name, value in wanted.items():
                if name not in RECKONED and getattr(found, name) != value:
                    report.differences.append((str(id), f"列 {name} 为 {getattr(found, name)}，应为 {value}"))
    strays = Row.objects.exclude(pk__in=ids).values_list("id", flat=True)
    report.differences += [(str(id), "表中有，账本中没有它的流") for id in strays]
    return report
