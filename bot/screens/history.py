"""Moods and liked songs, as /history lists them, and the buttons below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from telegram import InlineKeyboardMarkup

from bot.screens.buttons import Row, button, in_rows, ticked
from bot.screens.history_presses import (
    ClockPress,
    DeletePress,
    ErasePress,
    HistoryPress,
    View,
    ViewPress,
)
from bot.screens.lines import artist_of, title_of
from bot.screens.openings import named
from bot.screens.replies import Reply
from bot.storage.history import StoredTrack
from bot.storage.readings import ReadingSource, StoredReading
from bot.words.clocks import name_of
from bot.words.texts import Html, Texts

PAGE = 7  # entries of the history in a message
LIKED = 5  # liked songs below the moods of the first page
NUMBERS_PER_ROW = 4


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of what a person felt.

    Attributes:
        number: From 0, the newest.
        readings: The moods on it, the newest first.
        liked: The songs liked last; on the first page only.
        older: Whether another page follows.
        clocks: Time zones to ask about, each by its place among those offered and its label; none
            where the person's is known.
    """

    number: int
    readings: Sequence[StoredReading]
    liked: Sequence[StoredTrack]
    older: bool
    clocks: Sequence[tuple[int, str]] = ()


def compose_history(page: HistoryPage, zone: tzinfo, texts: Texts, *, erasing: bool) -> Reply:
    """Return a page of moods and liked songs, with the ways to pictures, or numbers to delete."""
    lines = [
        texts("history.numbered", n=n, entry=_entry(reading, zone, texts))
        for n, reading in enumerate(page.readings, start=1)
    ]
    moods = ["\n".join([texts("history.moods"), *lines])] if lines else []
    songs = [_liked_line(track, texts) for track in page.liked]
    liked = ["\n".join([texts("history.liked"), *songs])] if songs else []
    key = "erase" if erasing else "ask_clock" if page.clocks else "zone"
    footer = texts(f"history.{key}", zone=name_of(zone))
    keyboard = _erasing_keyboard(page, texts) if erasing else _keyboard(page, texts)
    return Reply(Html("\n\n".join([*moods, *liked, footer])), keyboard)


def view_keyboard(view: View, texts: Texts, *, dark: bool) -> InlineKeyboardMarkup:
    """Return the other pictures, and the other ground."""
    views = {
        each: button(ticked(texts(f"view.{each}"), each is view), ViewPress(each, dark))
        for each in View
    }
    ground = button(texts("view.light" if dark else "view.dark"), ViewPress(view, not dark))
    spans = [views[each] for each in (View.WEEK, View.MONTH, View.QUARTER)]
    return InlineKeyboardMarkup([spans, [views[View.CALENDAR], views[View.CARD]], [ground]])


def _keyboard(page: HistoryPage, texts: Texts) -> InlineKeyboardMarkup:
    pictures = [
        button(texts(f"view.{label}"), ViewPress(view, dark=False))
        for label, view in (
            ("chart", View.MONTH),
            (View.CALENDAR, View.CALENDAR),
            (View.CARD, View.CARD),
        )
    ]
    erase = [button(texts("button.erase"), ErasePress(page.number))] if page.readings else []
    clocks = [button(f"🕒 {label}", ClockPress(place)) for place, label in page.clocks]
    rows: list[Row] = [pictures, [*_neighbours(page, texts), *erase], clocks]
    return InlineKeyboardMarkup([row for row in rows if row])


def _neighbours(page: HistoryPage, texts: Texts) -> Row:
    row = [button(texts("button.newer"), HistoryPress(page.number - 1))] if page.number else []
    older = [button(texts("button.older"), HistoryPress(page.number + 1))] if page.older else []
    return [*row, *older]


def _erasing_keyboard(page: HistoryPage, texts: Texts) -> InlineKeyboardMarkup:
    numbers = [
        button(f"🗑 {n}", DeletePress(reading.reading_id, page.number))
        for n, reading in enumerate(page.readings, start=1)
    ]
    done = button(texts("button.done"), HistoryPress(page.number))
    return InlineKeyboardMarkup([*in_rows(numbers, NUMBERS_PER_ROW), [done]])


def _entry(reading: StoredReading, zone: tzinfo, texts: Texts) -> Html:
    read = named(reading.scores, texts)
    mood = read
    if reading.corrected and reading.corrected is not reading.scores.ranked()[0]:
        mood = texts(f"emotion.{reading.corrected}")
        if reading.source is not ReadingSource.WISH:  # no mood was read in a wish for songs
            mood = texts("history.corrected", mood=mood, read=read)
    return texts(
        "history.entry",
        date=texts.moment(reading.at, zone),
        mood=mood,
        source=texts(f"source.{reading.source}"),
    )


def _liked_line(track: StoredTrack, texts: Texts) -> Html:
    return texts("history.song", title=title_of(track, texts), artist=artist_of(track, texts))
