"""Layered layout of a directed graph, with downward edges and few crossings.

The steps are those of Sugiyama, Tagawa and Toda (1981, doi:10.1109/TSMC.1981.4308636): rows by
the longest path from a source; a dummy node where an edge passes a row; the order in each row by
the barycentre of the neighbours; then positions as near to the neighbours as the order allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

SWEEPS = 6
DUMMY_WIDTH = 0.25
"""Width of a dummy node; a node has width 1."""

Edge = tuple[str, str]
Point = tuple[float, int]
LayoutNode = tuple[str, str, int]
"""A node (name, empty text, row), or a dummy node of an edge (source, target, row)."""


@dataclass(frozen=True)
class GraphLayout:
    """Positions of nodes and edges.

    Attributes
    ----------
    nodes
        By name, the horizontal position, from 0 to `width`, and the row, from 0.
    routes
        By edge, the points from its source to its target, one in each row.
    width
        Width of the layout; each node has width 1.
    rows
        The number of rows.
    """

    nodes: Mapping[str, Point]
    routes: Mapping[Edge, tuple[Point, ...]]
    width: float
    rows: int


def layout_graph(sources: Mapping[str, Sequence[str]]) -> GraphLayout:
    """Lay out a graph.

    Parameters
    ----------
    sources
        For each node the nodes that lead to it; these come before it.
    """
    ranks = _rank_nodes(sources)
    chains = {
        (source, target): _make_chain(source, target, ranks)
        for target, names in sources.items()
        for source in dict.fromkeys(names)
    }
    rows = _fill_rows(ranks, chains.values())
    neighbours = _find_neighbours(chains.values())
    _order_rows(rows, neighbours)
    x_positions = _position_rows(rows, neighbours)
    return GraphLayout(
        nodes={name: (x_positions[name, "", rank], rank) for name, rank in ranks.items()},
        routes={
            edge: tuple((x_positions[node], node[2]) for node in chain)
            for edge, chain in chains.items()
        },
        width=max(x + _get_width(node) / 2 for node, x in x_positions.items()),
        rows=len(rows),
    )


def _rank_nodes(sources: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the row of each node; sources are placed right above their first target."""
    ranks: dict[str, int] = {}
    for name, names in sources.items():
        ranks[name] = max((ranks[source] + 1 for source in names), default=0)
    for name, names in sources.items():
        targets = [ranks[target] for target, others in sources.items() if name in others]
        if not names and targets:
            ranks[name] = min(targets) - 1
    return ranks


def _make_chain(source: str, target: str, ranks: Mapping[str, int]) -> list[LayoutNode]:
    dummies = [(source, target, rank) for rank in range(ranks[source] + 1, ranks[target])]
    return [(source, "", ranks[source]), *dummies, (target, "", ranks[target])]


def _fill_rows(
    ranks: Mapping[str, int], chains: Iterable[list[LayoutNode]]
) -> list[list[LayoutNode]]:
    rows: list[list[LayoutNode]] = [[] for _ in range(max(ranks.values()) + 1)]
    for name, rank in ranks.items():
        rows[rank].append((name, "", rank))
    for chain in chains:
        for dummy in chain[1:-1]:
            rows[dummy[2]].append(dummy)
    return rows


def _find_neighbours(chains: Iterable[list[LayoutNode]]) -> dict[LayoutNode, list[LayoutNode]]:
    neighbours: dict[LayoutNode, list[LayoutNode]] = {}
    for chain in chains:
        for above, below in pairwise(chain):
            neighbours.setdefault(below, []).append(above)
            neighbours.setdefault(above, []).append(below)
    return neighbours


def _order_rows(
    rows: list[list[LayoutNode]], neighbours: Mapping[LayoutNode, list[LayoutNode]]
) -> None:
    """Sort each row by the barycentre of the neighbours in the row visited before."""
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        seen: dict[LayoutNode, float] = {}
        for row in rows if down else reversed(rows):
            row.sort(key=_compute_barycenter(neighbours, seen, row))
            seen = {node: index for index, node in enumerate(row)}


def _compute_barycenter(
    neighbours: Mapping[LayoutNode, list[LayoutNode]],
    seen: Mapping[LayoutNode, float],
    row: list[LayoutNode],
) -> Callable[[LayoutNode], float]:
    now = {node: float(index) for index, node in enumerate(row)}

    def mean(node: LayoutNode) -> float:
        beside = [seen[each] for each in neighbours.get(node, ()) if each in seen]
        return fmean(beside) if beside else now[node]

    return mean


def _position_rows(
    rows: list[list[LayoutNode]], neighbours: Mapping[LayoutNode, list[LayoutNode]]
) -> dict[LayoutNode, float]:
    """Return horizontal positions, each as near to the barycentre as its row allows."""
    x_positions: dict[LayoutNode, float] = {}
    for row in rows:
        x_positions.update(_resolve_overlaps(row, [0.0] * len(row)))
    for sweep in range(SWEEPS):
        down = sweep % 2 == 1
        for row in rows if down else reversed(rows):
            desired = [_find_barycenter(node, neighbours, x_positions, down=down) for node in row]
            x_positions.update(_resolve_overlaps(row, desired))
    left = min(x - _get_width(node) / 2 for node, x in x_positions.items())
    return {node: x - left for node, x in x_positions.items()}


def _find_barycenter(
    node: LayoutNode,
    neighbours: Mapping[LayoutNode, list[LayoutNode]],
    x_positions: Mapping[LayoutNode, float],
    *,
    down: bool,
) -> float:
    """Return the mean of the neighbours above (`down`) or below; without any, the position."""
    beside = node[2] - 1 if down else node[2] + 1
    return fmean(
        [x_positions[each] for each in neighbours.get(node, ()) if each[2] == beside]
        or [x_positions[node]]
    )


def _resolve_overlaps(row: list[LayoutNode], desired: list[float]) -> dict[LayoutNode, float]:
    """Return the positions nearest to the desired ones at which nothing in the row overlaps.

    That is isotonic regression, by pooling adjacent violators, of the desired positions minus
    the widths to the left.
    """
    offsets = [0.0]
    for left, right in pairwise(row):
        offsets.append(offsets[-1] + (_get_width(left) + _get_width(right)) / 2)
    pools: list[list[float]] = []
    for want, offset in zip(desired, offsets, strict=True):
        pools.append([want - offset])
        while len(pools) > 1 and fmean(pools[-2]) > fmean(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    bases = [fmean(pool) for pool in pools for _ in pool]
    return {node: base + offset for node, base, offset in zip(row, bases, offsets, strict=True)}


def _get_width(node: LayoutNode) -> float:
    return DUMMY_WIDTH if node[1] else 1.0
