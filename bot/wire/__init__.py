"""Telegram in and out: requests, polling, the durable inbox, downloads, delivery, rate limits."""
