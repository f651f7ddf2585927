"""How likes and dislikes reach the songs around them: walks from rated tracks."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from graph.arrays import Ids, Mask, Matrix, Vector, contained, ranges
from graph.snapshot.store import Snapshot
from graph.snapshot.walk import RESTART

# Of the ten nodes reached best from 20 liked tracks among 1,188,209, .94 to .97 are those of exact
# PageRank. Twice this residue: .945 in half the time; half of it: .987 in one and a half times.
RESIDUE = 1e-4
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


def reach_of(snapshot: Snapshot, rows: Ids) -> Reach:
    """Return how a walk that starts at these tracks reaches the others."""
    if not rows.size:
        return Reach(rows, np.zeros(0), rows)
    home = np.unique(snapshot.nodes(rows))
    weights = np.full(len(home), 1 / len(home))
    nodes, shares = snapshot.walker.near_shares(home, weights, restart=RESTART, residue=RESIDUE)
    other = np.ones(len(nodes), bool)
    other[np.searchsorted(nodes, home)] = False  # `nodes` contains all of them
    return Reach(nodes[other], relative(shares[other]), home)


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
            nodes[[place]], np.ones(1), restart=RESTART, residue=RESIDUE
        )
        from_each[place] = Reach(around, shares, around).at(liked) / snapshot.strength[liked]
    return np.asarray(from_each.argmax(axis=1))


def _in_two_steps(snapshot: Snapshot, nodes: Ids, others: Ids) -> Matrix:
    """Return the shares of some nodes in the first two steps of walks, (nodes, others)."""
    graph, strength = snapshot.likeness, snapshot.strength
    starts, stops = graph.indptr[nodes], graph.indptr[nodes + 1]
    edges = ranges(starts, stops)
    near = graph.indices[edges]
    origin = np.repeat(np.arange(len(nodes)), stops - starts)
    one = (1 - RESTART) * graph.data[edges] / strength[nodes][origin]
    starts, stops = graph.indptr[near], graph.indptr[near + 1]
    edges, counts = ranges(starts, stops), stops - starts
    two = np.repeat((1 - RESTART) * one / strength[near], counts) * graph.data[edges]
    reached = np.concatenate([near, graph.indices[edges]])
    shares = np.concatenate([one, two])
    origins = np.concatenate([origin, np.repeat(origin, counts)])
    order = np.argsort(others)
    known = others[order]
    places = known.searchsorted(reached)
    places[places == len(known)] = 0
    hit = np.flatnonzero(known[places] == reached)
    cells = origins[hit] * len(others) + order[places[hit]]
    found = np.bincount(cells, shares[hit], minlength=len(nodes) * len(others))
    return found.reshape(len(nodes), len(others)).astype(np.float64)


def repeats(snapshot: Snapshot, rows: Ids, nodes: Ids, heard: Ids) -> tuple[Mask, Vector]:
    """Return which rows were heard, and how recently: from 0, long ago, to 1, just now.

    A row with the sound of a heard one, or with the title of one heard of late, was heard as well.
    """
    if not heard.size:
        return np.zeros(len(rows), bool), np.zeros(len(rows))
    recent = snapshot.songs[heard[-HEARD_VERSIONS:]]
    again = contained(nodes, snapshot.nodes(heard)) | contained(snapshot.songs[rows], recent)
    # The last place of each heard row; other versions count as heard long ago.
    known, last = np.unique(heard[::-1], return_index=True)
    repeated = np.flatnonzero(again)
    places = np.minimum(known.searchsorted(rows[repeated]), len(known) - 1)
    when = np.zeros(len(rows))
    lately = (len(heard) - 1 - last[places]) / len(known)
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
