from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def settle_old_mail(apps: Any, schema_editor: Any) -> None:
    """Nothing sent the outbox before: what still lies in it is stale, and must not go out now."""
    mails = apps.get_model("people", "Mail").objects
    mails.filter(sent_at=None).update(state="failed", failure="升级前未发出")
    mails.exclude(sent_at=None).update(state="sent")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="BindingCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("document", models.CharField(max_length=12)),
                ("issued_by", models.CharField(max_length=60)),
                ("post", models.CharField(max_length=80)),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="IdentityQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=200)),
                ("uid", models.CharField(max_length=191)),
                ("kind", models.CharField(choices=[("name", "姓名不一致"), ("number", "证件不一致")], max_length=6)),
                ("digest", models.CharField(max_length=64)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("id_type", models.CharField(blank=True, max_length=3)),
                ("id_number", models.CharField(blank=True, max_length=30)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decision",
                    models.CharField(blank=True, choices=[("accept", "改登记"), ("reject", "维持登记")], max_length=6),
                ),
                ("decided_by", models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="mail",
            name="people_mail_unsent",
        ),
        migrations.AddField(
            model_name="mail",
            name="failure",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="mail",
            name="next_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="mail",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mail",
            name="secret",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="mail",
            name="state",
            field=models.CharField(
                choices=[("waiting", "待发"), ("sent", "已发出"), ("failed", "未能发出")],
                default="waiting",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="mail",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="mail",
            name="via",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name="mandate",
            name="agent_digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="mandate",
            name="agent_name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="membership",
            name="proof",
            field=models.CharField(
                choices=[
                    ("form", "只核对了写法（演示）"),
                    ("provider", "实名核验服务"),
                    ("window", "窗口核对证件"),
                    ("oidc", "统一身份认证"),
                ],
                default="form",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="mandate",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mandates_held",
                to="people.subject",
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["next_at"], name="people_mail_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(
                condition=models.Q(("agent", None)), fields=["agent_digest"], name="people_mandate_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "sent", "failed"])), name="people_mail_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("proof__in", ["form", "provider", "window", "oidc"])),
                name="people_membership_proof",
            ),
        ),
        migrations.AddField(
            model_name="bindingcode",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="binding_codes", to="people.subject"
            ),
        ),
        migrations.AddField(
            model_name="bindingcode",
            name="used_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="identityquestion",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="identity_questions", to="people.subject"
            ),
        ),
        migrations.AddConstraint(
            model_name="bindingcode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("subject",), name="people_bindingcode_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="identityquestion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at", None)),
                fields=("provider", "uid", "digest"),
                name="people_identityquestion_once",
            ),
        ),
        migrations.RunPython(settle_old_mail, migrations.RunPython.noop),
    ]
