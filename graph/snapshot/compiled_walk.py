"""The walk from liked tracks as machine code.

Needs numba, which the dependency group `fast` installs; without it `graph.snapshot.walk` does the
same with NumPy. Measured on 1.2 million tracks.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def spread(likeness, neighbours, starts, strength, home, weights, restart, residue, held, shares):  # noqa: ANN001, ANN201, PLR0913, PLR0917, C901, PLR0912 - as above
    """Return the nodes with a share, in ascending order, and their shares: `Walker.near_shares`.

    Args:
        likeness: (e,), of each edge, row behind row.
        neighbours: (e,) int32, where each edge leads.
        starts: (n + 1,), where each row begins.
        strength: (n,), what a row's likenesses sum to.
        home: (s,), different nodes where the walker starts.
        weights: (s,), how often it starts at each.
        restart: Chance of a jump at each step.
        residue: Probability a node may keep without passing it on.
        held: (n,) float64, all 0, room to work in; all 0 again afterwards.
        shares: (n,) float64, likewise.
    """
    touched = np.empty(1 << 15, np.int32)  # what is no longer 0 in `held`; some twice
    queue = np.empty(1 << 12, np.int32)
    passed_on = np.empty(1 << 12, np.int32)
    n_touched, n_passed_on, first, last = 0, 0, 0, 0
    for at in range(len(home)):
        node = home[at]
        held[node] = weights[at]
        if n_touched == len(touched):
            touched = np.concatenate((touched, np.empty_like(touched)))
        touched[n_touched] = node
        n_touched += 1
        if weights[at] > residue:
            if last == len(queue):
                queue = np.concatenate((queue, np.empty_like(queue)))
            queue[last] = node
            last += 1
    while first < last:
        node = queue[first]
        first += 1
        passed = held[node]
        held[node] = 0.0
        if shares[node] == 0.0:
            if n_passed_on == len(passed_on):
                passed_on = np.concatenate((passed_on, np.empty_like(passed_on)))
            passed_on[n_passed_on] = node
            n_passed_on += 1
        shares[node] += restart * passed
        onward = (1.0 - restart) * passed / strength[node] if strength[node] > 0 else 0.0
        begin, stop = starts[node], starts[node + 1]
        while n_touched + stop - begin > len(touched):
            touched = np.concatenate((touched, np.empty_like(touched)))
        while last + stop - begin > len(queue):
            queue = np.concatenate((queue[first:last], np.empty_like(queue)))
            first, last = 0, last - first
        for edge in range(begin, stop):
            there = neighbours[edge]
            before = held[there]
            after = before + onward * likeness[edge]
            held[there] = after
            if before == 0.0:
                touched[n_touched] = there
                n_touched += 1
            if before <= residue < after:
                queue[last] = there
                last += 1
    nodes = np.sort(passed_on[:n_passed_on])
    found = shares[nodes] + restart * held[nodes]
    for at in range(n_touched):
        held[touched[at]] = 0.0
    for at in range(n_passed_on):
        shares[passed_on[at]] = 0.0
    return nodes, found
