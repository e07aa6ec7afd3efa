"""The documentation of the log contract, written from the contract itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yichuang.licences.core.events import LABELS
from yichuang.supervision.contract import ASOF, TABLES, Column, ColumnKind, Table
from yichuang.supervision.reported import ACTS

_KINDS = {
    ColumnKind.TEXT: "文本",
    ColumnKind.INT: "整数",
    ColumnKind.BOOL: "真假",
    ColumnKind.DAY: "日期",
    ColumnKind.MOMENT: "时刻",
}

_HEAD = """# 日志契约

电子监察只读这里列出的表。本平台的表由后台从账本装入（`supervision/tailing.py`），一秒上下跟上；外系统的历史以同样的
列导入，另成数据集，与在线数据分开。规则只写一次，对两者同样成立（4.1b、4.1c）。

本页由 `yichuang logs contract` 从 `supervision/contract.py` 生成，请勿手改。

## 约定

- **类型**：文本、整数（64位）、真假、日期（北京时间）、时刻（UTC，精确到微秒）。没有 JSON，也没有列表；一对多另成一表。
- **空**：文本没有值时为空串，不为空值；其他类型没有值时为空值，只有“可空”列允许。
- **日期与时刻**：凡按日计算的，日期单列，不由时刻换算，免得受各引擎时区设置影响。
- **人**：只有代号（账户 `a:…`、申请人 `s:…`、接口 `client:…`、系统 `system`），没有姓名、证件号、联系方式；网络地址、
  会话和设备只有带密钥的摘要，只能比较是否相同。
- **时限**：长短与单位分两列；暂停、延期在 surveys 与 cases，到期日不存，由日历推算。
- **命名**：数据库和各引擎里的表名加前缀 `log_`，如 `log_cases`。
"""


def render() -> str:
    """The whole page, Markdown in Chinese."""
    return "\n".join([_HEAD, *(line for table in (*TABLES, ASOF) for line in _table(table)), *_acts()])


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.title} {table.name}\n"
    yield f"{table.about}键：{'、'.join(f'`{k}`' for k in table.key)}。\n"
    yield "| 列 | 类型 | 单位 | 可空 | 含义 |"
    yield "|---|---|---|---|---|"
    yield from map(_column, table.columns)
    yield ""


def _column(column: Column) -> str:
    cells = (f"`{column.name}`", _KINDS[column.kind], column.unit, "可空" if column.null else "", column.meaning)
    return f"| {' | '.join(cells)} |"


def _acts() -> Iterator[str]:
    yield "## 动作名称\n"
    yield "`events.kind` 的取值。外系统上报的动作用同样的名称。\n"
    yield from _names(ACTS)
    yield "## 证照动作名称\n"
    yield "`licence_acts.kind` 的取值。\n"
    yield from _names(LABELS)


def _names(labels: Mapping[str, str]) -> Iterator[str]:
    yield "| 名称 | 含义 |"
    yield "|---|---|"
    yield from (f"| `{kind}` | {label} |" for kind, label in labels.items())
    yield ""
