"""Songs, the graph of their likeness, and the walk over it."""
