"""Every sentence that people read, by language, and the words they may use."""
