"""Bytes of a picture or a clip in, an emotion reading out. Pure: no disk, no network."""
