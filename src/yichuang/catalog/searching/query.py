"""A question as the search compares it: simplified, half width, without politeness; with its sounds. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from yichuang.kernel.text import drop_invisible

LONGEST = 60  # characters of a question that are looked at
LONGEST_PHRASE = 4  # characters of a phrase whose sounds are looked up together

# What a person says around the matter itself: it tells nothing apart, and papers that are only carried are not wanted
_CARRIED = re.compile(
    "(?:需要|需不需要|要不要|带|带上|拿|拿着|凭|用)(?:本人)?(?:身份证|户口本|户口簿|健康证|房产证|营业执照)(?:原件|复印件)?(?=吗|不|么|就|可以|行)"
)
_NUMBER = re.compile(r"\d{6,}")  # somebody's, never part of a word
_AROUND = re.compile(
    "请问|咨询一下|咨询|想问一下|问一下|我想要|我想|想要|我要|我们|打算|准备|需要|什么|哪些|怎么样|怎么|怎样|如何|在哪里|在哪儿|在哪|哪里|哪儿|"
    "去哪|到哪|哪个部门|部门|找谁|手续|流程|材料|条件|办理|申请|申办|审批|可以|能不能|是不是|要不要|多少钱|多长时间|多久|收费|要求|资料|"
    "有没有|一下|一个|一家|一些|的话|现在|郑州市|郑州|本地|你好|您好|谢谢|吗|呢|啊|呀|吧|么|了|的|我|想"
)


@dataclass(frozen=True)
class Query:
    """What was asked. `chars` has letters, digits and Chinese characters alone."""

    chars: str
    runs: tuple[str, ...]  # the Latin words in it, one or more letters each

    @property
    def core(self) -> str:
        """The question without what is said around the matter; all of it where nothing else is left."""
        return _AROUND.sub("", self.chars) or self.chars

    @property
    def letters(self) -> str:
        """All of it in Latin letters, joined; empty where anything else stands in it."""
        return self.chars if self.chars.isascii() and self.chars.isalpha() else ""

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """The sound of each Chinese character; other characters stand for themselves."""
        return spell_sounds(self.chars)


def read_query(text: str) -> Query:
    """Read what somebody typed or spoke: traditional as simplified, full width as half width, case folded."""
    plain = drop_invisible(unicodedata.normalize("NFKC", text[:LONGEST])).lower()
    if not plain.isascii():
        plain = _to_simplified(plain)
    runs = tuple(re.findall("[a-z]+", plain))
    chars = _NUMBER.sub("", "".join(c for c in plain if c.isalnum()))
    return Query(_CARRIED.sub("", chars) or chars, runs)


def fold_word(word: str) -> str:
    """A word of the lexicon as questions are compared with it; `a+b` keeps its parts apart."""
    return "+".join(filter(None, (read_query(part).chars for part in word.split("+"))))


def spell_sounds(text: str) -> tuple[str, ...]:
    """The sound of each Chinese character, as careless as ears and keyboards are (`fold_sound`), by the longest phrase
    of the dictionary that begins there; a character without a sound stands for itself.
    """
    phrases, characters = _dictionaries()
    out: list[str] = []
    start = 0
    while start < len(text):
        for end in range(min(len(text), start + LONGEST_PHRASE), start + 1, -1):
            if text[start:end] in phrases:
                out.extend(_plain(sounds[0]) for sounds in phrases[text[start:end]])
                start = end
                break
        else:
            marked = characters.get(ord(text[start]), "").partition(",")[0]
            out.append(_plain(marked) if marked else text[start])
            start += 1
    return tuple(out)


@cache
def _dictionaries() -> tuple[dict[str, list[list[str]]], dict[int, str]]:
    """The phrases and the characters of pypinyin with their marked sounds. Loading them takes a second."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    return PHRASES_DICT, PINYIN_DICT


@lru_cache(maxsize=4096)
def _plain(marked: str) -> str:
    """A sound without its tone, folded: shǒu → sou."""
    letters = unicodedata.normalize("NFD", marked).replace("u\u0308", "v")
    return fold_sound("".join(c for c in letters if not unicodedata.combining(c)))


def fold_sound(sound: str) -> str:
    """zh as z, ch as c, sh as s, -ng as -n: what many speakers and most input methods do not tell apart."""
    return re.sub("([zcs])h", r"\1", sound.replace("ng", "n"))


def spell_initials(text: str) -> str:
    """First letters of the sounds: 食品经营许可 → spjyxk."""
    return "".join(sound[:1] for sound in spell_sounds(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _to_simplified(text: str) -> str:
    return str(_converter().convert(text))
