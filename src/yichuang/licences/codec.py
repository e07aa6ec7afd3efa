"""Events and states of licences to and from JSON."""

from __future__ import annotations

from yichuang.aggregates.codec import Codec
from yichuang.licences.core import applying, ending, entering, revoking  # noqa: F401 register their acts
from yichuang.licences.core import events as ev
from yichuang.licences.core.state import Licence

CODEC = Codec(ev.KINDS, Licence)
