"""Where the activities and edges of a process map stand in its picture: in layers from top to bottom, after Sugiyama.

Pure. Edges that lead back are few and drawn upwards; each edge passes through places that keep room for its figures,
so that no words lie on others. All sizes are pixels.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

BOX = (168, 56)  # of an activity
LABEL = (76, 40)  # of the figures of an edge
_BEND = 16  # width that a passing edge keeps
LOOP = 116  # width beside an activity that follows itself
_GAP = 18  # between things of a layer
_LAYER = 64  # from a layer of activities to the layer of figures between it and the next
_PORTS = 120  # width over which the edges of a box leave it, or come in
_SWEEPS = 12

Name = Hashable
Pair = tuple[Name, Name]
Bend = tuple[Pair, int]  # of an edge, in a layer; activities stand in even layers, figures in odd ones


@dataclass(frozen=True, slots=True)
class Place:
    """The centre of something."""

    x: float
    y: float


@dataclass(slots=True)
class Layout:
    """The places of activities; of each edge the points it passes, as it leads, and where its figures stand."""

    width: float
    height: float
    places: dict[Name, Place] = field(default_factory=dict)
    ways: dict[Pair, list[Place]] = field(default_factory=dict)
    labels: dict[Pair, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Chain:
    """An edge as it passes the layers, downwards: its ends, and a bend in each layer between."""

    upper: Name
    bends: tuple[Bend, ...]
    lower: Name

    @property
    def things(self) -> tuple[Name, ...]:
        return (self.upper, *self.bends, self.lower)

    @property
    def label(self) -> Bend:
        """The bend at which the figures stand: in a layer between activities, near the middle."""
        between = self.bends[::2]
        return between[len(between) // 2]


def lay_out(edges: Mapping[Pair, int], first: Name, last: Name) -> Layout:
    """Places for the ends of these edges and for the edges; the number of each is its weight. `first` stands at the
    top, `last` at the bottom.
    """
    order = _order(edges, first, last)
    rank = {name: number for number, name in enumerate(order)}
    down = {pair: pair if rank[pair[0]] < rank[pair[1]] else pair[::-1] for pair in edges if pair[0] != pair[1]}
    layer = _layers(order, set(down.values()), last)
    chains = {pair: _chain(pair, ends, layer) for pair, ends in down.items()}
    layers: dict[int, list[Name]] = defaultdict(list)
    for name in order:
        layers[2 * layer[name]].append(name)
    for chain in chains.values():
        for bend in chain.bends:
            layers[bend[1]].append(bend)
    rows = [layers[number] for number in sorted(layers)]
    above, below = _neighbours(chains.values())
    rows = _uncross(rows, above, below)
    loops = {source for source, target in edges if source == target}
    widths: dict[Name, int] = {name: BOX[0] + (2 * LOOP if name in loops else 0) for name in order}
    for chain in chains.values():
        widths |= {bend: LABEL[0] if bend == chain.label else _BEND for bend in chain.bends}
    places = _place(rows, above, below, widths)
    layout = Layout(
        max(place.x + widths[thing] / 2 for thing, place in places.items()) + _GAP,
        2 * _GAP + BOX[1] + (len(rows) - 1) * _LAYER,
        {name: places[name] for name in order},
    )
    _lead(layout, chains, down, places)
    for name in loops:
        layout.labels[name, name] = Place(places[name].x + (BOX[0] - LABEL[0]) / 2 + LOOP, places[name].y)
    return layout


def _order(edges: Mapping[Pair, int], first: Name, last: Name) -> list[Name]:
    """The activities in an order against which few edges lead: Eades, Lin and Smyth, with weights."""
    names = dict.fromkeys([first, *(end for pair in edges for end in pair), last])
    left, right, rest = [first], [last], [name for name in names if name not in (first, last)]
    while rest:
        out, into = dict.fromkeys(rest, 0), dict.fromkeys(rest, 0)
        for (source, target), number in edges.items():
            if source != target and source in out and target in into:
                out[source] += number
                into[target] += number
        sink = next((name for name in rest if not out[name] and into[name]), None)
        name = max(rest, key=lambda one: (not into[one], out[one] - into[one])) if sink is None else sink
        left, right = ([*left, name], right) if sink is None else (left, [name, *right])
        rest.remove(name)
    return [*left, *right]


def _layers(order: Sequence[Name], pairs: Collection[Pair], last: Name) -> dict[Name, int]:
    """The layer of each: below whatever leads to it; the last one below all."""
    layer: dict[Name, int] = {}
    for name in order:
        layer[name] = max((layer[source] for source, target in pairs if target == name), default=-1) + 1
    layer[last] = max(layer[name] for name in order if name != last) + 1
    return layer


def _chain(pair: Pair, ends: Pair, layer: Mapping[Name, int]) -> _Chain:
    top, bottom = 2 * layer[ends[0]], 2 * layer[ends[1]]
    return _Chain(ends[0], tuple((pair, number) for number in range(top + 1, bottom)), ends[1])


def _neighbours(chains: Collection[_Chain]) -> tuple[dict[Name, list[Name]], dict[Name, list[Name]]]:
    """Of each thing those that edges link it to in the layer above, and in the layer below."""
    above: dict[Name, list[Name]] = defaultdict(list)
    below: dict[Name, list[Name]] = defaultdict(list)
    for chain in chains:
        for upper, lower in pairwise(chain.things):
            above[lower].append(upper)
            below[upper].append(lower)
    return above, below


def _uncross(
    rows: Sequence[list[Name]], above: Mapping[Name, list[Name]], below: Mapping[Name, list[Name]]
) -> list[list[Name]]:
    """The layers in an order in which few edges cross: each thing to the middle of its neighbours, to and fro."""
    rows = [list(row) for row in rows]
    best, fewest = [list(row) for row in rows], _crossings(rows, below)
    for sweep in range(_SWEEPS):
        numbers = range(1, len(rows)) if sweep % 2 == 0 else range(len(rows) - 2, -1, -1)
        beside, step = (above, -1) if sweep % 2 == 0 else (below, 1)
        for number in numbers:
            at = {thing: place for place, thing in enumerate(rows[number + step])}
            middle = {
                thing: _mean([at[other] for other in beside.get(thing, ())], place)
                for place, thing in enumerate(rows[number])
            }
            rows[number].sort(key=middle.__getitem__)
        if (crossings := _crossings(rows, below)) < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _crossings(rows: Sequence[Sequence[Name]], below: Mapping[Name, list[Name]]) -> int:
    total = 0
    for upper, lower in pairwise(rows):
        at = {thing: place for place, thing in enumerate(lower)}
        seen: list[int] = []
        for thing in upper:
            targets = [at[other] for other in below.get(thing, ())]
            total += sum(len(seen) - bisect_right(seen, target) for target in targets)
            for target in targets:
                insort(seen, target)
    return total


def _place(
    rows: Sequence[Sequence[Name]], above: Mapping[Name, list[Name]], below: Mapping[Name, list[Name]],
    widths: Mapping[Name, int],
) -> dict[Name, Place]:  # fmt: skip
    """Everything at its pixels: each near the middle of its neighbours, in the order of its layer."""
    x: dict[Name, float] = {}
    for row in rows:
        x.update(zip(row, _spread([0.0] * len(row), [widths[thing] for thing in row]), strict=True))
    for sweep in range(_SWEEPS):
        beside = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [_mean([x[other] for other in beside.get(thing, ())], x[thing]) for thing in row]
            x.update(zip(row, _spread(wanted, [widths[thing] for thing in row]), strict=True))
    left = min(x[thing] - widths[thing] / 2 for thing in x) - _GAP
    top = _GAP + BOX[1] / 2
    return {thing: Place(x[thing] - left, top + number * _LAYER) for number, row in enumerate(rows) for thing in row}


def _spread(wanted: Sequence[float], widths: Sequence[int]) -> list[float]:
    """Centres as near as can be to those wanted, in this order and apart by their widths: least squares, by pooling
    neighbours that would overlap.
    """
    shifts = [0.0]
    for before, width in pairwise(widths):
        shifts.append(shifts[-1] + (before + width) / 2 + _GAP)
    pools: list[tuple[float, int]] = []  # sum, number
    for value, shift in zip(wanted, shifts, strict=False):
        pools.append((value - shift, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            (total, number), (before_total, before_number) = pools.pop(), pools.pop()
            pools.append((total + before_total, number + before_number))
    flat = [total / number for total, number in pools for _ in range(number)]
    return [value + shift for value, shift in zip(flat, shifts, strict=False)]


def _lead(
    layout: Layout, chains: Mapping[Pair, _Chain], down: Mapping[Pair, Pair], places: Mapping[Name, Place]
) -> None:
    """Lead each edge from box to box, past the boxes of the layers between without cutting their corners."""
    half = BOX[1] / 2
    leaving, entering = _ports(chains, places, upper=True), _ports(chains, places, upper=False)
    for pair, chain in chains.items():
        way = [leaving[pair]]
        for bend in chain.bends:
            place = places[bend]
            way += [place] if bend[1] % 2 else [Place(place.x, place.y - half), Place(place.x, place.y + half)]
        way.append(entering[pair])
        layout.ways[pair] = way if down[pair] == pair else way[::-1]
        layout.labels[pair] = places[chain.label]


def _ports(chains: Mapping[Pair, _Chain], places: Mapping[Name, Place], *, upper: bool) -> dict[Pair, Place]:
    """Where each edge leaves the upper of its ends, or reaches the lower: side by side, as their ways lie."""
    of_box: dict[Name, list[Pair]] = defaultdict(list)
    for pair, chain in chains.items():
        of_box[chain.upper if upper else chain.lower].append(pair)
    ports: dict[Pair, Place] = {}
    for name, pairs in of_box.items():
        box, beside = places[name], {pair: places[chains[pair].bends[0 if upper else -1]].x for pair in pairs}
        for number, pair in enumerate(sorted(pairs, key=beside.__getitem__)):
            shift = _PORTS * ((number + 0.5) / len(pairs) - 0.5)
            ports[pair] = Place(box.x + shift, box.y + (BOX[1] / 2 if upper else -BOX[1] / 2))
    return ports


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
