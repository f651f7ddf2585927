"""Time zones of people: Telegram does not tell them, so they are chosen, or guessed."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

QUIET_FROM, QUIET_TO = 22, 8  # hours of the day in which the bot never writes by itself
# The zone of most people who speak a language, where most live in one; a guess is always named.
USUAL = {
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "hi": "Asia/Kolkata",
    "ja": "Asia/Tokyo",
    "ru": "Europe/Moscow",
}
# Where else speakers of a language live: the three zones that most of them have.
LIKELY = {
    "ar": ("Africa/Cairo", "Asia/Riyadh", "Africa/Casablanca"),
    "en": ("America/New_York", "Europe/London", "Asia/Kolkata"),
    "es": ("America/Mexico_City", "America/Bogota", "Europe/Madrid"),
    "pt": ("America/Sao_Paulo", "Europe/Lisbon", "Africa/Luanda"),
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
    # Buttons name a zone by its place here: whatever is new comes last.
    "America/Bogota",
    "America/Argentina/Buenos_Aires",
    "Europe/Madrid",
    "Europe/Lisbon",
    "Africa/Casablanca",
    "Africa/Luanda",
)


def zone_of(chosen: str | None, language: str) -> tzinfo:
    """Return a person's time zone: the chosen one, else the usual one of their language, else UTC.

    Args:
        chosen: A name of the IANA time zone database; None while they chose none.
        language: In which they are answered.
    """
    name = chosen or USUAL.get(language)
    return ZoneInfo(name) if name in available_timezones() else UTC


def likely_zones(chosen: str | None, language: str) -> tuple[str, ...]:
    """Return the zones to ask about, where neither a person nor their language says which it is.

    Args:
        chosen: As `zone_of` has it.
        language: In which they are answered; one that the bot speaks.
    """
    known = chosen in available_timezones() or language in USUAL
    return () if known else LIKELY[language]


def name_of(zone: tzinfo) -> str:
    """Return what people call a zone: its city."""
    name = getattr(zone, "key", "UTC")
    return str(name).rpartition("/")[2].replace("_", " ")


def clock_in(name: str, now: datetime) -> str:
    """Return the time of day somewhere, such as 14:05."""
    return now.astimezone(ZoneInfo(name)).strftime("%H:%M")


def is_quiet(at: datetime, zone: tzinfo) -> bool:
    """Return whether a moment lies in the hours in which the bot does not write by itself."""
    hour = at.astimezone(zone).hour
    return hour >= QUIET_FROM or hour < QUIET_TO


def next_time(minute: int, now: datetime, zone: tzinfo) -> datetime:
    """Return when a minute of the day comes next by somebody's clock, in UTC.

    Args:
        minute: After midnight, from 0 to 1439.
        now: The moment it is.
        zone: The person's time zone.
    """
    day = now.astimezone(zone).date()
    at = time(minute // 60, minute % 60)
    moments = (datetime.combine(day + timedelta(days=n), at, zone) for n in range(3))
    return next(moment for moment in moments if moment > now).astimezone(UTC)


def after_quiet(at: datetime, zone: tzinfo) -> datetime:
    """Return a moment, or the end of the quiet hours that it lies in."""
    return next_time(QUIET_TO * 60, at, zone) if is_quiet(at, zone) else at
