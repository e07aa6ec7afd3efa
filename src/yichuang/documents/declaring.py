"""Declaring a kind of official document (文书种类): all there is to it stands in its one file under `kinds/`.

The names follow the provincial form catalogue of 2016 (domain facts §1.4). What never enters: which event issues a kind
(that is for the life it happens to), layout (templates), and any database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from yichuang.aggregates.words import register_word

if TYPE_CHECKING:
    from yichuang.documents.content import Content, Document

Duty = Callable[["Document"], str]  # what the law wants and the document lacks, in a sentence; empty when it is there
Says = Callable[[Any, Any], "Content"]  # from the event and the context of its life
S = TypeVar("S", bound=Says)


@dataclass(frozen=True)
class DocumentKind:
    """One kind of document: `word` is the character it puts into its number, `template` the layout it is set in."""

    code: str
    name: str
    word: str
    title: str
    template: str
    red_head: bool  # the organ's name in red with a red rule: decisions that touch rights
    duties: tuple[Duty, ...]
    says: Says

    def title_for(self, permission: str) -> str:
        """The title where this is what was asked for (登记, 备案): only 行政许可 is called so."""
        return self.title.replace("行政许可", permission)


KINDS: dict[str, DocumentKind] = {}


def declare(
    name: str,
    *,
    word: str,
    title: str = "",
    template: str = "document.typ",
    red_head: bool = False,
    duties: tuple[Duty, ...] = (),
) -> Callable[[S], S]:
    """Declare a kind by the function that gives what it says; the function's name is the kind's code. `title` is for
    one that differs from the name. Raises ValueError when the code or the word is taken, or one of them is empty.
    """

    def add(says: S) -> S:
        code = says.__name__
        register_word(code, word)
        KINDS[code] = DocumentKind(code, name, word, title or name, template, red_head, duties, says)
        return says

    return add
