"""The bot without Telegram: a Bot API on this computer, and the chat page in front of it."""
