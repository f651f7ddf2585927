"""The commands of `python -m graph`, a file each: options in, lines of text or JSON out."""
