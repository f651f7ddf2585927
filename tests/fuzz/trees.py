"""JSON with parts replaced, taken out, put elsewhere or wrapped."""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

Node = dict[str, Any]  # Any: of JSON

MOST_CHANGES = 4
NUMBERS = (0, -1, 1, 2**31, -(2**31) - 1, 2**53, 2**63 - 1, 2**63, 10**30, 0.5, 1e308)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from(NUMBERS),
        st.floats(allow_nan=False),
        st.text(max_size=20),
        st.sampled_from(["", "private", "photo", "/mood", "\x00", "\ud83d", "\u0661", "a" * 5000]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "from", "chat", "text", "x"]), inner, max_size=3),
    ),
    max_leaves=5,
)


def changed_json(seeds: Sequence[Node]) -> st.SearchStrategy[Any]:
    """Return a strategy for JSON objects with some changes each."""
    action = st.sampled_from(["replace", "replace", "replace", "remove", "copy", "wrap"])
    change = st.tuples(action, st.floats(0, 1), st.floats(0, 1), VALUES)
    changes = st.lists(change, min_size=1, max_size=MOST_CHANGES)
    return st.one_of(st.builds(changed, st.sampled_from(list(seeds)), changes), VALUES)


def changed(seed: Node, changes: Sequence[tuple[str, float, float, Any]]) -> Any:
    """Return a copy of a tree after some changes, each at a place given as a share of all."""
    tree = copy.deepcopy(seed)
    for action, share, other, value in changes:
        places = list(places_of(tree))
        if not places:
            return tree
        holder, key = places[int(share * (len(places) - 1))]
        match action:
            case "replace":
                holder[key] = value
            case "remove":
                del holder[key]
            case "copy":
                there, its_key = places[int(other * (len(places) - 1))]
                holder[key] = copy.deepcopy(there[its_key])
            case "wrap":
                holder[key] = [holder[key]]
    return tree


def places_of(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a tree: what holds it, and its key or number there."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree) if type(tree) is list else 0)
    for key in keys:
        yield tree, key
        yield from places_of(tree[key])
