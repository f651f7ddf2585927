"""Where emotions lie among songs: valence and arousal, zones, and the ways between them."""
