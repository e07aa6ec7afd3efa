"""The row of each supervision order. How an order got there is its stream in the ledger."""

from __future__ import annotations

from django.db import models

from yichuang.aggregates.models import LifeRow


class Order(LifeRow):
    """A supervision order (督办单) or a card not sent yet, as its stream `order/<id>` left it.

    Found by who may see it and by what waits; texts are in the vault, the life in the ledger.
    """

    stage = models.TextField()
    origin = models.TextField()  # finding | manual | complaint
    level = models.TextField()  # reminder | yellow | red
    division = models.TextField()
    department = models.TextField()  # supervised
    person = models.TextField()  # responsible; empty: nobody named yet
    watcher = models.TextField(blank=True)  # who of the watch follows it up; empty: nobody in particular
    rule = models.TextField()
    finding = models.UUIDField(null=True)
    case_id = models.TextField()
    item = models.TextField()
    number = models.TextField()  # 办件编号
    serial = models.TextField()  # 监察编号; empty: never sent
    reach = models.IntegerField()  # whom it has reached: place in `core.state.REACH`
    due_on = models.DateField(null=True)  # of what its stage waits for
    opened_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()  # into its stage
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "supervision_order"  # its name from before orders were a room of their own
        constraints = [
            models.UniqueConstraint(
                fields=["finding"],
                condition=~models.Q(stage__in=["cancelled", "merged", "revoked"]),
                name="supervision_order_once",
            ),
            models.UniqueConstraint(fields=["serial"], condition=~models.Q(serial=""), name="supervision_order_serial"),
        ]
        indexes = [
            models.Index(fields=["division", "stage", "-moved_at"], name="supervision_order_division"),
            models.Index(fields=["department", "stage", "-moved_at"], name="supervision_order_department"),
            models.Index(fields=["person", "stage"], name="supervision_order_person"),
            models.Index(fields=["case_id"], name="supervision_order_case"),
            models.Index(fields=["watcher"], condition=~models.Q(watcher=""), name="supervision_order_watcher"),
        ]
