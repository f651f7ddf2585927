"""What a browser asks of the bot."""
