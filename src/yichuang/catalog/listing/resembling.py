"""Whether a name is that of a cancelled item in other words (3.1b, 3.1c). Pure, and a sign only: a person judges.

Names are compared without the words for the form an approval takes, since 备案, 核准 or 登记 is just what a cancelled
licence would be called again.
"""

from __future__ import annotations

import re

from yichuang.catalog.words import bigrams, pinyin
from yichuang.kernel.text import fold_text

ALIKE = 0.5  # share of common pairs of characters from which names resemble each other: a house default, no law
_FORMS = re.compile(
    r"事前|行政|许可证?|审批|审核|审查|核准性?|核发|批准|备案|登记|注册|认定|认证|达标|验收|年检|年审|换证|资格|证书|（[^）]*）|\([^)]*\)|的"
)


def resembles(name: str, ended: str) -> bool:
    """Whether two names may mean one matter: the same words but for the form, one within the other, the same sound, or
    half of their pairs of characters.
    """
    ours, theirs = (_FORMS.sub("", fold_text(text)) or fold_text(text) for text in (name, ended))
    if ours == theirs or pinyin(ours) == pinyin(theirs):
        return True
    if min(len(ours), len(theirs)) >= 2 and (ours in theirs or theirs in ours):
        return True
    mine, other = (set(bigrams(text).split()) for text in (ours, theirs))
    return bool(mine | other) and len(mine & other) / len(mine | other) >= ALIKE
