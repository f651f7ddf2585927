"""Training pictures: read, framed, changed, covered."""
