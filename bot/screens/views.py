"""Pictures of somebody's moods, each with a caption that says the same."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from bot.screens.calendars import draw_calendar, draw_month_card
from bot.screens.canvas import can_write
from bot.screens.charts import Felt, Names, draw_chart, writable
from bot.screens.history_presses import View
from bot.screens.lines import artist_of, title_of
from bot.screens.replies import Captioned
from bot.storage.keeping import Heard
from bot.storage.readings import StoredReading
from bot.words.texts import Html, Texts
from inference.emotions import Emotion

DAYS = {View.WEEK: 7, View.MONTH: 30, View.QUARTER: 90}
SONGS = 5  # on the card of a month


@dataclass(frozen=True, slots=True)
class Diary:
    """What is known of somebody's moods, on their own calendar.

    Attributes:
        readings: The moods, the oldest first.
        heard: The songs that went with them.
        now: The moment it is.
        zone: Their time zone.
    """

    readings: Sequence[StoredReading]
    heard: Sequence[Heard]
    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        """The day it is where the person is."""
        return self.now.astimezone(self.zone).date()

    def felt(self, since: date) -> list[Felt]:
        """Return the moods from a day on, as they are believed now."""
        moods = (
            Felt(known.at.astimezone(self.zone).date(), known.believed.ranked()[0])
            for known in self.readings
        )
        return [felt for felt in moods if felt.day >= since]


def first_day(view: View, today: date) -> date:
    """Return where a picture begins."""
    if view in DAYS:
        return today - timedelta(days=DAYS[view] - 1)
    return today.replace(day=1)


def compose_view(
    diary: Diary, view: View, texts: Texts, english: Texts, *, dark: bool
) -> Captioned:
    """Return a picture of the moods, and in words what it shows."""
    since, today = first_day(view, diary.today), diary.today
    felt = diary.felt(since)
    names = writable(_names(texts), _names(english))
    caption = _caption(felt, diary, since, texts)
    match view:
        case View.CALENDAR:
            return Captioned(draw_calendar(felt, today, names, dark=dark), caption)
        case View.CARD:
            songs = _songs(diary, since, texts)
            # What the font cannot write stands in the caption alone.
            drawn = [(title, artist) for title, artist in songs if can_write(title + artist)]
            picture = draw_month_card(felt, drawn, today, names, dark=dark)
            listed = [
                texts("history.card_song", title=title, artist=artist) for title, artist in songs
            ]
            return Captioned(picture, Html("\n".join([caption, *listed])))
        case _:
            return Captioned(draw_chart(felt, today, DAYS[view], names, dark=dark), caption)


def _caption(felt: Sequence[Felt], diary: Diary, since: date, texts: Texts) -> Html:
    counts = Counter(each.mood for each in felt)
    listed = texts.listed([f"{texts(f'emotion.{mood}')} {n}" for mood, n in counts.most_common()])
    first = datetime.combine(since, datetime.min.time(), diary.zone)
    span = {"since": texts.date(first, diary.zone), "until": texts.date(diary.now, diary.zone)}
    if not felt:
        return texts("history.view_empty", **span)
    return texts("history.view", counts=listed, **span)


def _names(texts: Texts) -> Names:
    return Names({mood: str(texts(f"emotion.{mood}")) for mood in Emotion}, texts.locale)


def _songs(diary: Diary, since: date, texts: Texts) -> list[tuple[str, str]]:
    """Return songs that went with the moods: those that were liked first, then the latest."""
    here = [each for each in diary.heard if each.at.astimezone(diary.zone).date() >= since]
    ranked = [each for each in here if each.liked] + [
        each for each in reversed(here) if each.liked is None
    ]
    known = {each.track.track_id: each.track for each in reversed(ranked)}
    tracks = list(reversed(known.values()))[:SONGS]
    return [(title_of(track, texts), artist_of(track, texts)) for track in tracks]
