"""Pictures of the graph and of the way to a song, and the networkx view they are drawn from."""
