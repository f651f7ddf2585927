"""Pictures of the graph and of the path of a walk, and the networkx graphs behind them."""
