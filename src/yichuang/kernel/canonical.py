"""One JSON text for one value: the JSON Canonicalization Scheme, RFC 8785. It knows no schema and no field.

Only what every JSON reader keeps exactly is let in: no floats (money is counted in 分), no integers beyond 2^53-1,
no lone surrogates. So `parse(canonical(value)) == value` always, and equal values have equal texts and hashes.
"""

from __future__ import annotations

import json
from typing import Any

MAX_INTEGER = 2**53 - 1


def canonical(value: Any) -> str:
    """The canonical JSON of dicts with str keys, lists, str, int, bool and None.

    Raises ValueError, in Chinese, for anything else.
    """
    try:
        if _survey(value):
            value = _in_utf16_order(value)
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        else:
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    except RecursionError:
        raise ValueError("数据嵌套过深或引用了自身，不能写成规范 JSON。") from None
    return _whole(text)


def parse(text: str) -> Any:
    """The value of a JSON text within the same bounds; a key given twice is refused too.

    The text need not be in canonical form: compare `canonical(parse(text))` with it to know. Raises ValueError.
    """
    try:
        value = json.loads(
            text,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
            object_pairs_hook=unique_keys,
        )
    except RecursionError:
        raise ValueError("JSON 嵌套过深。") from None
    if "\\u" in text:
        canonical(value)  # an escape may have smuggled in half a character
    _whole(text)
    return value


def _survey(value: Any) -> bool:
    """Refuse values that are not allowed; return whether some key needs the slow ordering by UTF-16."""
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return False
    if isinstance(value, int):
        _bounded(value)
        return False
    if isinstance(value, list):
        # every part must be surveyed: no stopping at the first True
        return any([_survey(part) for part in value])
    if isinstance(value, dict):
        far = False
        for key, part in value.items():
            if not isinstance(key, str):
                raise ValueError(f"规范 JSON 的键必须是文字，不能是 {type(key).__name__}：{key!r}。")
            far |= not key.isascii() and max(key) > "\uffff"
            far |= _survey(part)
        return far
    raise ValueError(f"规范 JSON 不接受 {type(value).__name__} 类型的值：{value!r}。")


def _in_utf16_order(value: Any) -> Any:
    """The value with its keys in the order of their UTF-16 code units.

    It differs from the order of code points only where a key goes beyond U+FFFF: 𠮷 sorts before ﹏.
    """
    if isinstance(value, list):
        return [_in_utf16_order(part) for part in value]
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return {key: _in_utf16_order(value[key]) for key in keys}
    return value


def _bounded(number: int) -> int:
    if not -MAX_INTEGER <= number <= MAX_INTEGER:
        raise ValueError("整数超出 ±(2^53-1)，其他程序读取时会失真，不能写入规范 JSON；请改用文字。")
    return number


def _whole(text: str) -> str:
    """The text, unless it holds half of a surrogate pair, which no UTF-8 can carry."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("文字中有残缺的字符（孤立的代理码位），请重新输入。") from None
    return text


def _refuse_number(literal: str) -> None:
    raise ValueError(f"规范 JSON 不接受小数或非数：{literal}。")


def _integer(literal: str) -> int:
    if len(literal) > 17:  # also keeps a hostile text from costing a long conversion
        raise ValueError(f"整数过大：{literal[:17]}…")
    return _bounded(int(literal))


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dict of the pairs, as `object_pairs_hook` of `json.loads`. Raises ValueError when a key occurs twice.

    Two programs may read such an object differently, so JSON from outside with a repeated key is refused.
    """
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("JSON 中同一个键出现了两次。")
    return value
