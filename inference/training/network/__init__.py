"""The network, its recipe, and the run that trains it."""
