"""Parts of the graph as networkx graphs: for pictures and for export."""

import networkx as nx
import numpy as np

from graph.arrays import Ids
from graph.building.edges import FULL
from graph.snapshot.store import Snapshot


def nearest(snapshot: Snapshot, node: int, n: int) -> Ids:
    """Return up to n neighbours of a node, the most similar first."""
    graph = snapshot.likeness
    start, stop = graph.indptr[node], graph.indptr[node + 1]
    order = np.argsort(-graph.data[start:stop].astype(np.int16), kind="stable")[:n]
    return np.asarray(graph.indices[start:stop][order], dtype=np.int64)


def subgraph(snapshot: Snapshot, nodes: Ids) -> "nx.Graph[int]":
    """Return the subgraph of some nodes; an edge's `weight` is its similarity, 0 to 1."""
    chosen = snapshot.likeness[nodes][:, nodes].tocoo()
    network: nx.Graph[int] = nx.Graph()
    network.add_nodes_from(nodes.tolist())
    likeness = chosen.data / FULL
    ends = (nodes[chosen.row].tolist(), nodes[chosen.col].tolist(), likeness.tolist())
    network.add_weighted_edges_from(zip(*ends, strict=True))
    return network
