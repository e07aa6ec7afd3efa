"""Pages promise only what happens: each word below is a promise, and stands only where it was found to be kept."""

from __future__ import annotations

import re
from pathlib import Path

import yichuang.faces

TEMPLATES = Path(yichuang.faces.__file__).parent / "templates"
_COMMENT = re.compile(r"\{#.*?#\}", re.S)

# A promise → the templates where it is kept. A new place is judged before it is added.
KEPT = {
    "自动": {
        "desk/intake_form.html", "desk/supply.html", "portal/form.html", "portal/supply.html", "saved.html",  # saved
        "studio/part.html",  # saved
        "portal/words_help.html", "portal/words_accessibility.html",  # the same, told of
        "portal/materials.html",  # made of the form; sent when it is chosen
        "papers/making.html", "portal/making.html",  # opened once it is made
        "house/clients.html", "house/security.html", "portal/devices.html",  # a token, a session ends
        "portal/guide.html",  # judged by the rules
        "studio/consistency.html", "desk/consistency.html",  # compared when read; a county's revision is begun
        "portal/words_remedies.html",  # a rule finds it
        "watch/process.html",  # what the system records by itself is left out
    },
    "容缺": {  # as the list has it
        "portal/guide.html", "portal/later.html", "portal/words_openness.html",
        "desk/intake_form.html", "desk/promise.html",
    },
    "短信": {"house/outbox.html", "portal/outbox.html"},  # where it is said whether any are sent
}  # fmt: skip
NEVER = ("邮寄", "调取", "在线查验", "电子查验", "电子签名", "推送", "秒批", "一键", "免申即享", "联网核")


def test_each_promise_stands_where_it_is_kept() -> None:
    said: dict[str, set[str]] = {word: set() for word in (*KEPT, *NEVER)}
    for file in TEMPLATES.rglob("*.html"):
        text = _COMMENT.sub("", file.read_text(encoding="utf-8"))
        for word in said:
            if word in text:
                said[word].add(file.relative_to(TEMPLATES).as_posix())
    assert said == KEPT | {word: set() for word in NEVER}
