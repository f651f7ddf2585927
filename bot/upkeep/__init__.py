"""The graph in use and its renewal, beside the conversation."""
