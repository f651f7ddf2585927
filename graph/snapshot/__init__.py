"""A built graph on disk, its versions, and the random walk over it."""
