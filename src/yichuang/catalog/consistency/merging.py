"""A change of the city's base, carried into what a county has: three ways, line by line (3.2b)."""

from __future__ import annotations

from yichuang.catalog.consistency.attributes import adapt_content, align_rows, written_of
from yichuang.catalog.drafting.compare import list_differences
from yichuang.catalog.drafting.content import Content
from yichuang.catalog.drafting.merge import Merged, marks_of, merge
from yichuang.catalog.queries import standard
from yichuang.catalog.standard import Standard


def merge_change(since: str, base: str, county: Standard, content: Content) -> Merged:
    """What a county's content becomes when the city's version goes from `since` to `base`. Where the county had changed
    the same line, its words stay and the line is a clash. Department names and codes are the county's.
    `changed` are the lines of the county that the change touches.
    """
    place = written_of(county)
    before = adapt_content(written_of(standard(since)), place)
    after = align_rows(before, adapt_content(written_of(standard(base)), place))
    own = {"item_code": content.get("item_code"), "confidence": content.get("confidence")}
    kept = align_rows(before, content)
    merged = merge(marks_of(before), kept, {**after, **own})
    changed = [difference.line for difference in list_differences(kept, merged.content)]
    return Merged(merged.content, merged.clashes, changed)
