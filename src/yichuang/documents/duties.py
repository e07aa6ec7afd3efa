"""What the law wants of a kind of document, checked whenever one is made: the sentence that says what is missing."""

from __future__ import annotations

from yichuang.documents.content import Document


def tell_remedies(document: Document) -> str:
    """许可法 38 条第 2 款: a refusal names review and litigation."""
    if document.remedies:
        return ""
    return f"{document.heading}须告知行政复议和行政诉讼权利（行政许可法第三十八条第二款）"
