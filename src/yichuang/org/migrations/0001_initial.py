"""The tables of divisions, departments, posts and the calendar."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.IntegerField()),
                ("off_days", models.JSONField()),
                ("work_weekends", models.JSONField()),
                ("notice", models.CharField(max_length=200)),
                ("version", models.CharField(max_length=12)),
                ("loaded_by", models.CharField(max_length=60)),
                ("loaded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["year", "-id"], name="org_calendar_year")],
            },
        ),
        migrations.CreateModel(
            name="Division",
            fields=[
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                (
                    "level",
                    models.CharField(
                        choices=[("city", "市"), ("county", "区县(市)"), ("committee", "功能区管委会")], max_length=10
                    ),
                ),
                (
                    "code_kind",
                    models.CharField(
                        choices=[("gbt2260", "GB/T 2260"), ("statistical", "统计用区划代码"), ("own", "本系统自编")],
                        default="gbt2260",
                        max_length=12,
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="org.division",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=100)),
                ("name_2018", models.CharField(blank=True, max_length=100)),
                ("short", models.CharField(max_length=30)),
                ("uscc", models.CharField(blank=True, max_length=18)),
                (
                    "kind",
                    models.CharField(
                        choices=[("1", "法定机关"), ("2", "授权组织"), ("3", "受委托组织"), ("9", "其他")],
                        default="1",
                        max_length=1,
                    ),
                ),
                ("citation", models.CharField(blank=True, max_length=300)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("confidence", models.CharField(default="demo", max_length=20)),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="departments", to="org.division"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Officer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50)),
                ("number", models.CharField(max_length=30, unique=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="officer", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("leave", "休假"),
                            ("duty", "公务外出"),
                            ("training", "培训"),
                            ("sick", "病假"),
                            ("avoid", "回避"),
                            ("other", "其他"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="absences", to="org.officer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.CharField(max_length=80, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("window", "综合窗口岗"),
                            ("reviewer", "审查岗"),
                            ("surveyor", "核查岗"),
                            ("head", "机关负责人"),
                            ("office", "政务服务办"),
                            ("supervisor", "电子监察岗"),
                            ("inspector", "督查岗"),
                            ("counsellor", "辅导岗"),
                            ("cashier", "收费岗"),
                            ("sysadmin", "系统管理员"),
                            ("secadmin", "安全管理员"),
                            ("auditadmin", "审计管理员"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                (
                    "risk",
                    models.CharField(
                        blank=True, choices=[("high", "高"), ("medium", "中"), ("low", "低")], max_length=6
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="org.department"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(blank=True, null=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holdings", to="org.officer"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holdings", to="org.post"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "absence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delegations", to="org.absence"
                    ),
                ),
                (
                    "absent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delegated", to="org.officer"
                    ),
                ),
                (
                    "stand_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="standing_in", to="org.officer"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delegations", to="org.post"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="division",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^\\d{6}$|^\\d{4}[A-Z]{2}$")), name="org_division_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="division",
            constraint=models.CheckConstraint(
                condition=models.Q(("code_kind", "gbt2260"), ("level", "committee"), _connector="OR"),
                name="org_division_committee",
            ),
        ),
        migrations.AddConstraint(
            model_name="division",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", "city"), ("parent", None)),
                    models.Q(models.Q(("level", "city"), _negated=True), ("parent__isnull", False)),
                    _connector="OR",
                ),
                name="org_division_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint(fields=("division", "code"), name="org_department_once"),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["2", "3"]), _negated=True),
                    models.Q(("citation", ""), _negated=True),
                    _connector="OR",
                ),
                name="org_department_citation",
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(fields=["officer", "last_day"], name="org_absence_officer"),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="org_absence_days"
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["department", "kind"], name="org_post_department_kind"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "window",
                            "reviewer",
                            "surveyor",
                            "head",
                            "office",
                            "supervisor",
                            "inspector",
                            "counsellor",
                            "cashier",
                            "sysadmin",
                            "secadmin",
                            "auditadmin",
                        ],
                    )
                ),
                name="org_post_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day", None), ("last_day__gte", models.F("first_day")), _connector="OR"),
                name="org_holding_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="org_delegation_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("absent", models.F("stand_in")), _negated=True), name="org_delegation_two"
            ),
        ),
    ]
