"""The tables of accounts, subjects, mandates and messages."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import yichuang.people.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "该用户名已被使用,请换一个。"},
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[\\w.@+-]+\\Z", "用户名只能用汉字、字母、数字和 @ . + - _。"
                            )
                        ],
                        verbose_name="用户名",
                    ),
                ),
                ("real_name", models.CharField(blank=True, max_length=50)),
                (
                    "kind",
                    models.CharField(
                        choices=[("citizen", "申请人"), ("officer", "工作人员"), ("system", "系统接口")],
                        default="citizen",
                        max_length=8,
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("is_active", models.BooleanField(default=True)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["citizen", "officer", "system"])), name="people_account_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("post", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_clients",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(choices=[("email", "电子邮件"), ("sms", "短信")], max_length=5)),
                ("to", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=100)),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("sent_at", None)), fields=["id"], name="people_mail_unsent")
                ],
            },
        ),
        migrations.CreateModel(
            name="RealNameCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=30)),
                ("passed", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("checked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="real_name_checks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=yichuang.people.models.subject_id, max_length=38, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("person", "自然人"), ("organisation", "法人和其他组织")], max_length=12),
                ),
                ("name", models.CharField(max_length=200)),
                ("id_type", models.CharField(blank=True, max_length=3)),
                ("id_number", models.CharField(blank=True, max_length=30)),
                ("uscc", models.CharField(blank=True, max_length=18)),
                ("legal_name", models.CharField(blank=True, max_length=50)),
                ("legal_id_number", models.CharField(blank=True, max_length=30)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("demo", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["name"], name="people_subject_name")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "person"),
                                ("uscc", ""),
                                models.Q(("id_number", ""), _negated=True),
                                models.Q(("id_type", ""), _negated=True),
                            ),
                            models.Q(
                                ("id_number", ""),
                                ("id_type", ""),
                                ("kind", "organisation"),
                                models.Q(("uscc", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="people_subject_number",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "person")),
                        fields=("id_type", "id_number"),
                        name="people_subject_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "organisation")),
                        fields=("uscc",),
                        name="people_subject_organisation_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_no", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(max_length=100)),
                ("text", models.TextField()),
                ("link", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="people.subject",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "-created_at"], name="people_message_account")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=[("self", "本人"), ("legal", "法定代表人(负责人)")], max_length=6)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="people.subject"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["self", "legal"])), name="people_membership_role"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("role", "self")),
                        fields=("account",),
                        name="people_membership_one_self",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None), ("role", "self")),
                        fields=("subject",),
                        name="people_membership_one_account",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("account", "subject"),
                        name="people_membership_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("all_items", models.BooleanField()),
                ("items", models.JSONField(default=list)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("evidence", models.UUIDField(blank=True, null=True)),
                ("granted_by", models.CharField(max_length=60)),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandates_held", to="people.subject"
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandates_given", to="people.subject"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("revoked_at", None)),
                        fields=["agent", "last_day"],
                        name="people_mandate_agent",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="people_mandate_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("principal", models.F("agent")), _negated=True), name="people_mandate_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("all_items", True), ("items", [])),
                            models.Q(("all_items", False), models.Q(("items", []), _negated=True)),
                            _connector="OR",
                        ),
                        name="people_mandate_scope",
                    ),
                ],
            },
        ),
    ]
