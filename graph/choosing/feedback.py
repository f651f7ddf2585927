"""How likes and dislikes reach the songs around them: walks from rated tracks."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from graph.arrays import Ids, Mask, Matrix, Vector, contained, ranges
from graph.snapshot.store import Snapshot
from graph.snapshot.walk import RESTART

# How far walks go: up to how many starts, residue and fetches of `Walker.near_shares`. Of the ten
# nodes reached best from 20 starts among 1,188,209, .966 are those of exact PageRank (64 tries,
# +- .008), more than with a push to 1.5e-4 (.955), which takes longer. From 1, 2, 5, 60 and 200
# starts in the starter catalogue: .99 or more.
WALKS = ((9, 1.5e-4, 5), (25, 2e-4, 3), (1 << 30, 1e-4, 3))
# How many of the nodes reached best take one step more: with 100 the first ten are the same.
STEPPED = 40
# For a walk from one song back to what was liked: as far as any walk from there comes.
FINE_RESIDUE, MOST_FETCHES = 1e-4, 5
# Shares are given in units of the tenth largest, so that one outlier does not dwarf the rest.
UNIT_RANK = 10
# The latest songs that are not repeated while others suit, and those of which no other version
# comes: ten lists of five.
HEARD, HEARD_VERSIONS = 200, 50
# Size of the cache of artist lines split into names.
CACHED_LINES = 1 << 14
ARTIST_SEPARATOR = re.compile(r"\s*(?:;|,|&|\bfeat\b\.?|\bft\b\.?|\bfeaturing\b|\bx\b)\s*")


@dataclass(frozen=True, slots=True)
class Reach:
    """How strongly a walk from some tracks reaches other nodes.

    Attributes:
        nodes: (m,), the nodes reached, ascending, without the tracks' own.
        strength: (m,), 0 to 1, 1 for the ten nodes reached best.
        home: The nodes of the tracks themselves.
    """

    nodes: Ids
    strength: Vector
    home: Ids

    def at(self, nodes: Ids) -> Vector:
        """Return the strength at these nodes, 0 where nothing is reached."""
        if not self.nodes.size:
            return np.zeros(len(nodes))
        places = np.minimum(np.searchsorted(self.nodes, nodes), len(self.nodes) - 1)
        return np.where(self.nodes[places] == nodes, self.strength[places], 0.0)

    def strongest(self, n: int) -> Ids:
        """Return the up to n nodes that are reached best, in any order."""
        if len(self.nodes) <= n:
            return self.nodes
        return np.asarray(self.nodes[np.argpartition(-self.strength, n)[:n]])


class Songs(NamedTuple):
    """Some songs of a snapshot.

    Attributes:
        rows: (m,), their rows.
        nodes: (m,), the nodes of these.
    """

    rows: Ids
    nodes: Ids


def reach_of(snapshot: Snapshot, nodes: Ids) -> Reach:
    """Return how a walk that starts at these nodes reaches the others."""
    if not nodes.size:
        return Reach(nodes, np.zeros(0), nodes)
    home = np.unique(nodes)
    weights = np.full(len(home), 1 / len(home))
    _, residue, fetches = next(walk for walk in WALKS if len(home) <= walk[0])
    nodes, shares = snapshot.walker.near_shares(
        home, weights, restart=RESTART, residue=residue, fetches=fetches
    )
    other = np.ones(len(nodes), bool)
    other[np.searchsorted(nodes, home)] = False  # `nodes` contains all of them
    places = np.flatnonzero(other)
    if len(places) > STEPPED:
        places = places[np.argpartition(-shares[places], STEPPED)[:STEPPED]]
    shares[places] = _one_step_more(snapshot, nodes, shares, places)
    return Reach(nodes[other], relative(shares[other]), home)


def _one_step_more(snapshot: Snapshot, nodes: Ids, shares: Vector, places: Ids) -> Vector:
    """Return the shares of some nodes after one more step of a walk: what their neighbours give.

    A walk stops where little is left to pass on; this is the next step of that, for a few nodes.

    Args:
        snapshot: The graph.
        nodes: (m,), the nodes reached, ascending.
        shares: (m,), their shares.
        places: (p,), the positions of some that are no start of the walk.
    """
    origin, near, weight = _edges(snapshot, nodes[places])
    at = np.minimum(nodes.searchsorted(near), len(nodes) - 1)
    held = np.where(nodes[at] == near, shares[at], 0)
    given = np.bincount(origin, held * weight / snapshot.strength[near], minlength=len(places))
    return np.asarray((1 - RESTART) * given)


def relative(shares: Vector) -> Vector:
    """Return shares in units of the tenth largest, at most 1: all zero when there are none."""
    if not shares.size:
        return shares
    rank = min(UNIT_RANK, len(shares))
    unit = np.partition(shares, -rank)[-rank]
    return np.minimum(shares / unit, 1) if unit > 0 else np.zeros(len(shares))


def main_sources(snapshot: Snapshot, liked: Ids, nodes: Ids) -> Ids:
    """Return for each node the place in `liked` of the node whose walks reach it most often.

    One walk from a node answers for all of `liked`, because the graph is undirected: the share of
    `node` in walks from `a`, times the strength of `a`, equals the share of `a` in walks from
    `node`, times the strength of `node`. Two steps are enough in most cases; a full walk is made
    where they reach no liked node.

    Args:
        snapshot: The graph.
        liked: (l,), liked nodes.
        nodes: (m,), the nodes.
    """
    from_each = _in_two_steps(snapshot, nodes, liked) / snapshot.strength[liked]
    for place in np.flatnonzero(~from_each.any(axis=1)).tolist():
        around, shares = snapshot.walker.near_shares(
            nodes[[place]], np.ones(1), restart=RESTART, residue=FINE_RESIDUE, fetches=MOST_FETCHES
        )
        from_each[place] = Reach(around, shares, around).at(liked) / snapshot.strength[liked]
    return np.asarray(from_each.argmax(axis=1))


def _in_two_steps(snapshot: Snapshot, nodes: Ids, others: Ids) -> Matrix:
    """Return the shares of some nodes in the first two steps of walks, (nodes, others).

    The second step is looked up from the other end: a node between the two is a neighbour of both.
    """
    origin, near, weight = _edges(snapshot, nodes)
    first = (1 - RESTART) * weight / snapshot.strength[nodes[origin]]
    place, between, likeness = _edges(snapshot, others)
    order = near.argsort()
    known = near[order]
    starts, stops = known.searchsorted(between), known.searchsorted(between, "right")
    times = stops - starts
    through, both = np.repeat(np.arange(len(between)), times), order[ranges(starts, stops)]
    second = (1 - RESTART) * likeness[through] / snapshot.strength[near[both]]
    step, other = np.nonzero(near[:, None] == others)
    n = len(others)
    cells = np.concatenate([origin[step] * n + other, origin[both] * n + place[through]])
    shares = np.concatenate([first[step], first[both] * second])
    return np.asarray(np.bincount(cells, shares, len(nodes) * n).reshape(len(nodes), n))


def _edges(snapshot: Snapshot, nodes: Ids) -> tuple[Ids, Ids, Ids]:
    """Return the edges of some nodes: the place in `nodes`, the node at the other end, weight."""
    graph = snapshot.likeness
    starts, stops = graph.indptr[nodes], graph.indptr[nodes + 1]
    edges = ranges(starts, stops)
    return np.repeat(np.arange(len(nodes)), stops - starts), graph.indices[edges], graph.data[edges]


def repeats(snapshot: Snapshot, rows: Ids, nodes: Ids, heard: Songs) -> tuple[Mask, Vector]:
    """Return which rows were heard, and how recently: from 0, long ago, to 1, just now.

    A row with the sound of a heard one, or with the title of one heard of late, was heard as well.
    """
    when = np.zeros(len(rows))
    if not heard.rows.size:
        return np.zeros(len(rows), bool), when
    recent = snapshot.songs[heard.rows[-HEARD_VERSIONS:]]
    again = contained(nodes, heard.nodes) | contained(snapshot.songs.take(rows), recent)
    repeated = np.flatnonzero(again)
    if repeated.size:
        # The last place of each heard row; other versions count as heard long ago.
        known, last = np.unique(heard.rows[::-1], return_index=True)
        places = np.minimum(known.searchsorted(rows[repeated]), len(known) - 1)
        lately = (len(heard.rows) - 1 - last[places]) / len(known)
        when[repeated] = np.where(known[places] == rows[repeated], lately, 0)
    return again, when


def blocked(snapshot: Snapshot, rows: Ids, artists: frozenset[str]) -> Mask:
    """Return which rows have one of these artists, anywhere in the line and in any spelling."""
    if not artists:
        return np.zeros(len(rows), bool)
    unwanted = {_names(artist)[0] for artist in artists}
    return np.array(
        [not unwanted.isdisjoint(_names(line)) for line in snapshot.texts("artist", rows)],
        dtype=bool,
    )


@lru_cache(CACHED_LINES)
def _names(artists: str) -> tuple[str, ...]:
    """Return the whole line of artists and each single name, folded to letters and digits."""
    plain = unicodedata.normalize("NFKD", artists).casefold()
    parts = (plain, *ARTIST_SEPARATOR.split(plain))
    return tuple("".join(filter(str.isalnum, part)) or part for part in parts)
