"""A catalogue becomes a graph: features, nearest neighbours, edges, and a last check."""
