"""Tables of songs become a checked catalogue: read, mapped to known columns, merged, reported."""
