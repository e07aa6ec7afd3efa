"""What a password must be (AUTH_PASSWORD_VALIDATORS): length and kinds of characters as set, no common habit, not used
before. Django's own list of common passwords is English; `data/habits.txt` and the patterns here are Chinese.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from pypinyin import Style, lazy_pinyin

from yichuang.people.models import Account, UsedPassword
from yichuang.people.security import read_number

HABITS = Path(__file__).parent / "data" / "habits.txt"
LONG_REST = 9  # characters beside a common word that make a password of their own
WALKS = (
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
)
WALK = 4  # keys in a row that count as a walk
_LOOKS = str.maketrans("@4301!$57|", "aaeoiissti")  # p@ssw0rd is password
_KINDS = {"大写字母": r"[A-Z]", "小写字母": r"[a-z]", "数字": r"[0-9]", "其他符号": r"[^A-Za-z0-9]"}


class Length:
    """A password has at least the length that the security administrator set."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < (least := read_number("password_length")):
            raise ValidationError(f"密码太短，至少要有{least}个字符。", code="password_too_short")

    def get_help_text(self) -> str:
        return f"密码至少{read_number('password_length')}个字符。"


class Kinds:
    """An officer's password has as many kinds of characters as set (GB/T 22239-2019 8.1.4.1: 复杂度要求)."""

    def validate(self, password: str, user: Any = None) -> None:
        if getattr(user, "kind", "") != "officer":
            return
        lacking = [name for name, pattern in _KINDS.items() if not re.search(pattern, password)]
        least = read_number("password_kinds")
        if len(_KINDS) - len(lacking) < least:
            message = f"密码要有{'、'.join(_KINDS)}中的至少{least}类，现在没有{'、'.join(lacking)}。"
            raise ValidationError(message, code="password_kinds")

    def get_help_text(self) -> str:
        return f"工作人员的密码要有{'、'.join(_KINDS)}中的至少{read_number('password_kinds')}类。"


class Habits:
    """No common word with figures behind it, no walk over the keys, nothing made of the account's own name, telephone
    number or day of birth.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if fault := find_habit(password, own_words(user), own_figures(user)):
            raise ValidationError(f"密码{fault}，容易被猜中；请换一个。", code="password_habit")

    def get_help_text(self) -> str:
        return "不要用拼音常用语、键盘上相邻的键、姓名、用户名、手机号码或者生日。"


class NotUsedBefore:
    """An officer's password is none of the last ones, and not the present one. Keeps the hashes it needs."""

    def validate(self, password: str, user: Any = None) -> None:
        if getattr(user, "kind", "") != "officer" or user.pk is None:
            return
        memory = read_number("password_memory")
        past = UsedPassword.objects.filter(account=user.pk).order_by("-id").values_list("password", flat=True)[:memory]
        present = Account.objects.filter(pk=user.pk).values_list("password", flat=True)
        if any(check_password(password, hash) for hash in dict.fromkeys([*present, *past])):
            message = f"新密码不能与现用的和最近{memory}次用过的相同。" if memory else "新密码不能与现用的相同。"
            raise ValidationError(message, code="password_used")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Django calls it once the account is saved with a new password."""
        if getattr(user, "kind", "") == "officer" and user.pk is not None:
            UsedPassword.objects.create(account=user, password=user.password)

    def get_help_text(self) -> str:
        return "工作人员的新密码不能与最近用过的相同。"


@cache
def common_words() -> frozenset[str]:
    """The words of the data file, in lower case."""
    lines = (line.partition("#")[0].strip().lower() for line in HABITS.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line)


def find_habit(password: str, words: frozenset[str] = frozenset(), figures: frozenset[str] = frozenset()) -> str:
    """The guessable habit that a password follows, in Chinese words for a sentence; empty if none.

    `words` and `figures` are the account's own (name in pinyin, user name; telephone number, day of birth).
    """
    lower = password.lower()
    if len(set(lower)) <= 3 or re.fullmatch(r"(.{1,6})\1+", lower):
        return "只有几个字符反复出现"
    if _walked(lower) * 3 >= len(lower) * 2:
        return "是键盘上相邻的键或者连续的字母、数字"
    if any(figure in lower and len(lower) - len(figure) < LONG_REST for figure in figures):
        return "含有您的手机号码、证件号码或者生日"
    core = re.sub(r"[^a-z@$|\u4e00-\u9fff]+$", "", lower)  # without the figures and marks behind it
    for candidate in (core, core.translate(_LOOKS)):
        letters = re.sub(r"^[^a-z\u4e00-\u9fff]+|[^a-z\u4e00-\u9fff]+$", "", candidate)
        other_characters = len(lower) - len(letters)
        if other_characters < LONG_REST and letters in words:
            return "是您的姓名或者用户名加几个字符"
        if other_characters < LONG_REST and _common(letters):
            return "是常用的词语或者拼音加几个字符"
    return ""


def _common(letters: str) -> bool:
    """Whether the letters are one common word, or two in a row."""
    common = common_words()
    return letters in common or any(letters[:n] in common and letters[n:] in common for n in range(2, len(letters) - 1))


def _walked(lower: str) -> int:
    """How many characters lie in walks of at least WALK keys, forward or backward."""
    covered, at = 0, 0
    while at < len(lower):
        longest = 0
        for walk in WALKS:
            for path in (walk, walk[::-1]):
                n = 0
                while at + n < len(lower) and lower[at : at + n + 1] in path:
                    n += 1
                longest = max(longest, n)
        step = longest if longest >= WALK else 1
        covered += longest if longest >= WALK else 0
        at += step
    return covered


def own_words(user: Any) -> frozenset[str]:
    """User name and real name, the name also in pinyin and by initials, in every order people write it."""
    words = {str(getattr(user, "username", "")).lower()}
    words.add(re.sub(r"[^a-z]+$", "", next(iter(words))))
    if name := str(getattr(user, "real_name", "")):
        syllables, initials = lazy_pinyin(name), lazy_pinyin(name, style=Style.FIRST_LETTER)
        words |= {
            name,
            "".join(syllables),
            "".join(syllables[1:] + syllables[:1]),
            syllables[0],
            "".join(syllables[1:]),
            "".join(initials),
        }
    return frozenset(word for word in words if len(word) >= 2)


def own_figures(user: Any) -> frozenset[str]:
    """Telephone number, its last eight digits; day of birth and last six of the identity number, as people write them.
    One statement for an account that is stored.
    """
    phone = re.sub(r"\D", "", str(getattr(user, "phone", "")))
    figures = {phone, phone[-8:]}
    if isinstance(user, Account) and user.pk is not None:
        numbers = user.memberships.filter(role="self", ended_at=None).values_list("subject__id_number", flat=True)
        for number in numbers:
            if re.fullmatch(r"\d{17}[\dXx]", number):
                year, month, day = number[6:10], number[10:12], number[12:14]
                figures |= {f"{year}{month}{day}", f"{year[2:]}{month}{day}", f"{year}{int(month)}{int(day)}"}
                figures |= {number.lower(), number[-6:].lower()}
    return frozenset(figure for figure in figures if len(figure) >= 6)
