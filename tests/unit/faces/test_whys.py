"""Reasons beside things, written as one text and read out of it again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yichuang.faces.whys import find_why, write_whys

_WORDS = st.text("缺页没有签名请补齐，；", min_size=1, max_size=20).filter(lambda text: text.strip("；， ") != "")


@given(
    st.dictionaries(st.sampled_from(["营业执照", "布局图", "健康证明", "平面图（一）"]), _WORDS),
    st.sampled_from(["", "其他说明。"]),
)
def test_each_reason_is_found_again(whys: dict[str, str], more: str) -> None:
    text = write_whys(whys.items(), more)
    for name, why in whys.items():
        assert find_why(name, text) == why.strip().rstrip("。；")
    assert find_why("没有要求的", text) == ""
    assert text.endswith(more)


def test_a_name_inside_a_sentence_is_no_reason() -> None:
    assert find_why("营业执照", "请核对《营业执照》上的名称。") == ""
    assert find_why("营业执照", "《布局图》与《营业执照》不一致。") == ""
