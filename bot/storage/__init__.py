"""Everything the bot remembers: tables, one database thread, functions that take a session."""
