"""A content through screen, Excel and YAML: the same document whichever way, and nothing half read of a bad file."""

from __future__ import annotations

import copy
import io
import json

import pytest
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook

from tests.unit.catalog.edits import carry_out, edits
from yichuang.catalog.drafting.content import ID, Content, content_of
from yichuang.catalog.drafting.editing import add_row, find_rows, list_typing_faults, move_row, put_texts, remove_row
from yichuang.catalog.drafting.kinds import Settings
from yichuang.catalog.drafting.lines import list_lines
from yichuang.catalog.drafting.merge import marks_of, merge, unpack_marks
from yichuang.catalog.drafting.parts import find_field
from yichuang.catalog.drafting.reading import BadFile, SentFile
from yichuang.catalog.drafting.text import read_text, write_text
from yichuang.catalog.drafting.workbook import GENERAL, read_workbook, write_workbook
from yichuang.catalog.loading import load_standards
from yichuang.examining.sheets import read_cells

FOOD = content_of(next(s for s in load_standards() if s.item == "ZZ-001"))
MARKS = marks_of(FOOD)
few = settings(max_examples=25, deadline=None)


def sheets_of(data: bytes) -> list[tuple[str, list[list[str]]]]:
    answer, made = read_cells(data)
    assert not answer["fault"], answer
    return [(name, rows) for name, rows in json.loads(made)]


def through_excel(content: Content) -> SentFile:
    return read_workbook(sheets_of(write_workbook(content, MARKS, "食品经营许可")))


def through_yaml(content: Content) -> SentFile:
    return read_text(write_text(content, MARKS, "食品经营许可"))


def through_screen(content: Content) -> Content:
    """What a department types into the pages so that the standard becomes this content."""
    made, wanted = copy.deepcopy(FOOD), list_lines(content)
    for at, ids in wanted.rows.items():
        for row in [*(find_rows(made, at) or [])]:
            if row[ID] not in ids:
                made = remove_row(made, f"{at}/{row[ID]}")
        for place, id in enumerate(ids):
            here = [row[ID] for row in find_rows(made, at) or []]
            if id not in here:
                made, _ = add_row(made, at)
                (find_rows(made, at) or [])[-1][ID] = id  # whatever the page would have named it
                here.append(id)
            for _ in range(here.index(id) - place):
                made = move_row(made, f"{at}/{id}", up=True)
    texts = {line: find_field(line).kind.write(value) for line, value in wanted.values.items()}  # type: ignore[union-attr]
    made, faults, gone = put_texts(made, texts)
    assert (faults, gone) == ({}, {})
    return made


@pytest.mark.parametrize("standard", load_standards()[::9], ids=lambda s: s.key)
def test_a_standard_comes_back_from_excel_and_yaml(standard):
    content = content_of(standard)
    assert through_excel(content) == SentFile(content, MARKS)
    assert through_yaml(content) == SentFile(content, MARKS)


@few
@given(edits(FOOD, most=8))
def test_a_script_of_edits_gives_the_same_document_through_screen_excel_and_yaml(script):
    wanted = carry_out(FOOD, script)
    assert through_screen(wanted) == wanted
    assert through_excel(wanted) == SentFile(wanted, MARKS)
    assert through_yaml(wanted) == SentFile(wanted, MARKS)


def edit_workbook(change) -> list[tuple[str, list[list[str]]]]:
    book = load_workbook(io.BytesIO(write_workbook(FOOD, MARKS, "食品经营许可")))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return sheets_of(out.getvalue())


def refused(read, what) -> str:
    with pytest.raises(BadFile) as raised:
        read(what)
    return str(raised.value)


def test_excel_shows_only_what_one_writes():
    book = load_workbook(io.BytesIO(write_workbook(FOOD, MARKS, "食品经营许可")))
    for sheet in (sheet for sheet in book.worksheets if sheet.sheet_state == "visible"):
        columns = {cell.value: sheet.column_dimensions[cell.column_letter].hidden for cell in sheet[1]}
        rows = {line[1].value: sheet.row_dimensions[line[1].row].hidden for line in sheet.iter_rows(min_row=2)}
        shown = columns | (rows if sheet.title == GENERAL else {})
        unwritten = {name for name in shown if "核对情况" in str(name) or name in ("代号", "参数")}
        assert {name for name, hidden in shown.items() if hidden} == unwritten, sheet.title


def test_excel_refuses_by_sheet_row_and_column_and_reads_nothing_of_it():
    def change(book):
        book["材料"]["H3"] = "三份"
        book["材料"]["D4"] = "重要材料"
        book["环节"]["H2"] = "很快"
        book["申请表栏目"]["A2"] = "没有的分组"
        book["收费项目"]["A1"] = "行 号"

    said = refused(read_workbook, edit_workbook(change))
    assert "工作表“材料”第3行“份数”：应当是不小于 0 的整数。" in said
    assert "工作表“材料”第4行“类别”：“重要材料”不在可以选的之列：主要材料" in said
    assert "工作表“环节”第2行“时限”：时限“很快”看不懂" in said
    assert "工作表“申请表栏目”第2行“所属行号”：没有行号或者标题是“没有的分组”的分组" in said
    assert "工作表“收费项目”第1行：没有这些列：行 号。" in said


def test_excel_takes_new_rows_numbers_and_moved_columns():
    def change(book):
        sheet = book["条件"]
        sheet.append([None, "有健康证明", "食品安全法33条", "demo"])
        book["材料"]["H3"] = 2
        sheet = book["依据"]
        sheet.move_range("C1:C40", cols=9)

    sent = read_workbook(edit_workbook(change)).content
    assert sent["conditions"][-1]["text"] == "有健康证明"
    assert sent["materials"][1]["copies"] == 2
    assert sent["bases"] == FOOD["bases"]
    again = read_workbook(edit_workbook(change)).content
    assert merge(MARKS, sent, again).content == sent, "a file uploaded twice adds nothing the second time"


def test_files_call_everything_by_its_name():
    book = load_workbook(io.BytesIO(write_workbook(FOOD, MARKS, "食品经营许可", {"scjg": "市场监督管理局"})))
    cells = [str(cell.value) for sheet in book.worksheets[:-1] for line in sheet.iter_rows() for cell in line]
    shown = {str(cell.value) for cell in [*book["节点"]["D"], *book["环节"]["F"], *book["校验"]["C"]]}
    assert not [text for text in cells if text.startswith(("situation=", "agent="))]
    assert {"受理", "决定", "市场监督管理局"} <= shown and not {"accept", "decide", "scjg"} & shown
    assert "办理情形：" in "".join(cells)
    assert [cell.value for cell in book["情形"]["B"]][1:] == ["新办", "变更", "延续", "补办", "注销"]


def test_excel_takes_names_and_makes_the_codes_of_new_rows():
    def change(book):
        steps, sections, fields = book["环节"], book["分组"], book["申请表栏目"]
        steps.append(
            [None, None, "集体审议", "审查", "资料审查、现场核查", "市场监督管理局", "审查岗", "2个工作日", "1"]
        )
        sections.append([None, None, "门店信息"])
        head = {cell.value: cell.column for cell in fields[1]}
        fields.append([])
        for name, text in {"所属行号": "门店信息", "名称": "门店名称", "类型": "单行文字", "必填": "是"}.items():
            fields.cell(fields.max_row + (name == "所属行号"), head[name]).value = text
        fields.cell(fields.max_row, head["适用情形"]).value = "办理情形：新办、延续"

    book = load_workbook(io.BytesIO(write_workbook(FOOD, MARKS, "食品", {"scjg": "市场监督管理局"})))
    change(book)
    out = io.BytesIO()
    book.save(out)
    sent = read_workbook(sheets_of(out.getvalue()), {"scjg": "市场监督管理局"}).content
    step, section = sent["steps"][-1], sent["sections"][-1]
    assert (step["after"], step["department"], step["code"]) == (["S1", "S2"], "scjg", "S4")
    (added,) = section["fields"]
    assert added["when"] == {"field": "situation", "values": ["new", "renew"]}
    assert added["name"] == f"{section['id']}_{added['id']}" and added["name"].isascii()


def test_names_that_nothing_has_are_refused_by_row():
    def change(book):
        book["环节"]["E3"] = "资料核察"
        book["材料"]["P4"] = "办理情况：新办"
        book["条件"].append([None, "有健康证明", "食品安全法33条"])
        book["条件"].append([None, "有健康证明", "食品安全法33条"])

    said = refused(read_workbook, edit_workbook(change))
    assert "工作表“环节”第3行“先后关系”：没有叫“资料核察”的环节。可以写：资料审查、现场核查、" in said
    assert "“适用情形”：适用情形“办理情况：新办”看不懂；请写成“办理情形：新办、延续”的样子。" in said
    first, second = len(FOOD["conditions"]) + 2, len(FOOD["conditions"]) + 3
    assert f"工作表“条件”第{second}行：和工作表“条件”第{first}行完全相同" in said


def test_a_formula_is_never_reckoned_here():
    """What Excel had reckoned is read; a formula that nothing reckoned is blank, and a number cannot be blank text."""
    sent = read_workbook(edit_workbook(lambda book: book["材料"].__setitem__("C3", '=HYPERLINK("http://x")')))
    assert sent.content["materials"][1]["name"] == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda book: book.remove(book["条件"]), "工作表“条件”：没有这张工作表"),
        (lambda book: book.remove(book["版本标记"]), "版本标记：没有版本标记"),
        (lambda book: book["版本标记"].__setitem__("A2", "乱写"), "版本标记：没有版本标记"),
        (lambda book: book["基本信息"].delete_rows(3), "缺少栏目：事项类型"),
        (lambda book: book["基本信息"].__setitem__("B3", "别的"), "没有叫“别的”的栏目"),
        (lambda book: book["条件"].__setitem__("A3", "c1"), "行号“c1”重复"),
        (lambda book: book["条件"].__setitem__("A3", "a/b"), "行号最多40个字符"),
    ],
)
def test_excel_says_what_is_missing(change, words):
    assert words in refused(read_workbook, edit_workbook(change))


def test_a_cell_far_out_is_refused_before_it_takes_memory():
    book = Workbook()
    book.active.cell(2000, 2000).value = "远"
    out = io.BytesIO()
    book.save(out)
    answer, made = read_cells(out.getvalue())
    assert "行列太多" in answer["fault"]
    assert not made


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0" * 200, "名称,份数".encode()])
def test_what_is_no_workbook_is_refused(data):
    answer, _ = read_cells(data)
    assert "不是可读的 Excel 工作簿" in answer["fault"]


def change_text(old: str, new: str) -> str:
    text = write_text(FOOD, MARKS, "食品经营许可")
    assert old in text
    return text.replace(old, new, 1)


def test_yaml_takes_comments_and_plain_values():
    text = change_text("到现场次数: 1", "到现场次数: 2 # 改为两次")
    assert read_text(text).content == FOOD | {"visits": 2}
    assert read_text(change_text("即办件: 否", "即办件: yes  # 布尔值")).content["instant"] is True


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("到现场次数: 1", "到现场次数: 一次", "第11行“到现场次数”：应当是不小于 0 的整数。"),
        ("到现场次数: 1", "现场次数: 1", "第11行：没有叫“现场次数”的栏目。"),
        ("到现场次数: 1", "到现场次数: [1]", "第11行：这里应当是一个值。"),
        ("到现场次数: 1", "允许容缺: 是", "“允许容缺”写了两次"),
        ("到现场次数: 1", "到现场次数: &a '1'\n允许: *a", "第12行：不能使用引用"),
        ("到现场次数: 1", "到现场次数: [[[[[[[[1]]]]]]]]", "第11行：不能使用引用（*名称）或者更多的层次"),
        ("到现场次数: 1", "到现场次数: '1", "不是可读的 YAML"),
        ("到现场次数: 1", "到现场次数: !!python/object:os.system x", "第11行“到现场次数”：应当是不小于 0 的整数。"),
        ("\n版本标记: ", "\n标记: ", "没有叫“标记”的栏目"),
        ("依据:\n", "依据: 没有\n", ""),
    ],
)
def test_yaml_refuses_by_line(old, new, words):
    assert words in refused(read_text, change_text(old, new))


@pytest.mark.parametrize("text", ["", "一句话", "- 1", "a: " + "x" * 600_000, "[" * 2000, "a: 1\n\x00"])
def test_what_is_no_standard_is_refused(text):
    assert refused(read_text, text)


def test_marks_that_were_tampered_with_are_none():
    assert unpack_marks("") is None
    assert unpack_marks("eJyrVgIAAQ==") is None
    assert unpack_marks("不是") is None


def test_what_is_typed_wrong_is_kept_and_said():
    content, faults, gone = put_texts(
        FOOD, {"materials/M03/copies": "三", "promised": "很快", "materials/M99/name": "没有", "visits": "\x07"}
    )
    assert content["materials"][2]["copies"] == "三"
    assert list_typing_faults(content).keys() == {"materials/M03/copies", "promised"}
    assert gone == {"materials/M99/name": "没有"}
    assert "看不见的控制字符" in faults["visits"]
    assert not list_typing_faults(FOOD)


def test_rows_are_added_moved_and_removed():
    content, line = add_row(FOOD, "materials")
    assert content["materials"][-1]["code"] == line.rpartition("/")[2]
    assert content["materials"][-1]["fields"] == []
    assert [content["materials"][-1][key] for key in ("copies", "necessity", "file_kinds")] == [
        1, "1", ["pdf", "jpg", "png"]
    ]  # fmt: skip
    assert content["materials"][-1]["file_kinds"] is not add_row(FOOD, "materials")[0]["materials"][-1]["file_kinds"]
    content, inner = add_row(content, f"{line}/fields")
    assert inner == f"{line}/fields/f1"
    moved = move_row(content, line, up=True)
    assert moved["materials"][-2]["id"] == content["materials"][-1]["id"]
    assert move_row(moved, line, up=False) == content
    assert remove_row(content, line) == FOOD
    with pytest.raises(KeyError):
        add_row(FOOD, "nothing")
    with pytest.raises(KeyError):
        add_row(FOOD, "materials/M99/fields")


@pytest.mark.parametrize(
    "text", ['{"a": [0.5]}', '{"a": 99999999999999999999}', '{"a": "\\u0000"}', "[1]", '{"a": 1, "a": 2}']
)
def test_parameters_that_could_not_be_recorded_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="参数应当写成"):
        Settings().read(text)
    assert Settings().read('{"workdays": 5}') == {"workdays": 5}
