"""By which clock a person lives: Telegram does not say it, so it is chosen, or guessed."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, available_timezones

# The zone of most people who speak a language, where most live in one; a guess is always named.
USUAL = {
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "hi": "Asia/Kolkata",
    "ja": "Asia/Tokyo",
    "ru": "Europe/Moscow",
}
# A city for each offset that some country has all year or in one season: what a person sees of
# them is only the time of day.
OFFERED = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Mexico_City",
    "America/Chicago",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Atlantic/Azores",
    "Europe/London",
    "Africa/Lagos",
    "Europe/Berlin",
    "Africa/Cairo",
    "Europe/Athens",
    "Asia/Riyadh",
    "Europe/Moscow",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Australia/Sydney",
    "Pacific/Auckland",
)


def zone_of(chosen: str | None, language: str) -> tzinfo:
    """Return a person's time zone: the chosen one, else the usual one of their language, else UTC.

    Args:
        chosen: A name of the IANA time zone database; None while they chose none.
        language: In which they are answered.
    """
    name = chosen or USUAL.get(language)
    return ZoneInfo(name) if name in available_timezones() else UTC


def name_of(zone: tzinfo) -> str:
    """Return what people call a zone: its city."""
    name = getattr(zone, "key", "UTC")
    return str(name).rpartition("/")[2].replace("_", " ")


def clock_in(name: str, now: datetime) -> str:
    """Return the time of day somewhere, such as 14:05."""
    return now.astimezone(ZoneInfo(name)).strftime("%H:%M")
