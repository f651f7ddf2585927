"""/settings as a person sees them: one message, whose buttons act in place."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.screens.buttons import Row, button, in_rows, ticked
from bot.screens.lines import MAX_BUTTON, shown
from bot.screens.replies import Reply
from bot.screens.settings_presses import (
    AllowPress,
    ArtistsPress,
    ExplicitPress,
    Facet,
    FacetPress,
    Mix,
    MixPress,
    PersonalPress,
    ResetPress,
    SettingsPress,
    TickPress,
)
from bot.storage.preferences import Chosen, Preferences
from bot.words.languages import autonym
from bot.words.texts import Html, Texts
from graph.choosing.filters import Filters, Offered
from graph.tracks import NO_WORDS

Value: TypeAlias = str | int
Page: TypeAlias = SettingsPress | FacetPress | ArtistsPress

FRESHNESS = {Mix.FAMILIAR: 0.0, Mix.BALANCED: 0.5, Mix.FRESH: 1.0}
# What holds a facet's values, in what is offered as in what is ticked.
FIELDS = {Facet.LANGUAGE: "languages", Facet.GENRE: "genres", Facet.DECADE: "decades"}
COLUMNS = {Facet.LANGUAGE: 2, Facet.GENRE: 2, Facet.DECADE: 3}
ROWS = 8  # of a page; with its text it fills a small phone
NAMED = 6  # of what is ticked; the rest is counted
KEY_BYTES = 6  # of a million words, two share a number with a chance of 1 in 500


@dataclass(frozen=True, slots=True)
class Songbook:
    """What there is to choose from.

    Attributes:
        offered: What songs can be chosen by.
        fitting: How many of them fit what is chosen.
        n: How many there are.
    """

    offered: Offered
    fitting: int
    n: int


def compose_settings(chosen: Chosen, book: Songbook, page: Page, texts: Texts) -> Reply:
    """Return a page of the settings: the overview, one of the facets, or the artists kept away."""
    match page:
        case SettingsPress():
            return Reply(_overview(chosen, book, texts), _menu(chosen, texts))
        case FacetPress(facet, number):
            words = Html(f"{texts(f'settings.{facet}')}\n\n{_fit(book, texts)}")
            buttons = [
                _tick_button(chosen.preferences.filters, facet, value, number, texts)
                for value in options(facet, chosen.preferences.filters, book.offered)
            ]
            return Reply(words, _paged(buttons, page, COLUMNS[facet], texts))
        case ArtistsPress(number):
            words = texts("settings.artists" if chosen.blocked else "settings.nobody")
            buttons = [
                button(shown(each.artist, MAX_BUTTON), AllowPress(each.blocked_id, number))
                for each in chosen.blocked
            ]
            return Reply(words, _paged(buttons, page, 1, texts))


def options(facet: Facet, filters: Filters, offered: Offered) -> list[Value]:
    """Return what can be ticked: what the songs have, and what is ticked though no song has it.

    The most frequent comes first; of decades the latest.
    """
    known: Sequence[Value] = getattr(offered, FIELDS[facet])
    gone = sorted(ticks(facet, filters) - set(known), key=str)
    every = [*known, *gone]
    return sorted(every, key=int, reverse=True) if facet is Facet.DECADE else every


def ticks(facet: Facet, filters: Filters) -> frozenset[Value]:
    """Return what is ticked of a facet."""
    found: frozenset[Value] = getattr(filters, FIELDS[facet])
    return found


def tick(preferences: Preferences, facet: Facet, value: Value, *, ticked: bool) -> Preferences:
    """Return the preferences with one thing ticked, or no longer."""
    before = ticks(facet, preferences.filters)
    # Any: words or years, as the facet has them.
    after: Any = before | {value} if ticked else before - {value}
    return replace(preferences, filters=replace(preferences.filters, **{FIELDS[facet]: after}))


def key_of(value: Value) -> int:
    """Return a number for a word, which may be too long for callback data."""
    return int.from_bytes(hashlib.blake2b(str(value).encode(), digest_size=KEY_BYTES).digest())


def name_of(facet: Facet, value: Value, texts: Texts) -> str:
    """Return what people call a language, a genre or a decade, as plain text."""
    if facet is Facet.DECADE:
        return texts("settings.years", decade=value)
    if value == NO_WORDS:
        return texts("settings.no_words")
    return shown(autonym(str(value)) if facet is Facet.LANGUAGE else str(value), MAX_BUTTON)


def mix_of(preferences: Preferences) -> Mix:
    """Return where the dial stands."""
    return min(Mix, key=lambda mix: abs(FRESHNESS[mix] - preferences.freshness))


def _overview(chosen: Chosen, book: Songbook, texts: Texts) -> Html:
    filters = chosen.preferences.filters
    lists = {
        facet: _listed(
            [
                name_of(facet, value, texts)
                for value in options(facet, filters, book.offered)
                if value in ticks(facet, filters)
            ],
            texts,
        )
        for facet in FIELDS
    }
    mix = texts(f"button.{mix_of(chosen.preferences)}").lower()
    return Html(f"{texts('settings.menu', **lists, mix=mix)}\n\n{_fit(book, texts)}")


def _listed(names: Sequence[str], texts: Texts) -> str:
    if not names:
        return texts("settings.all")
    if (more := len(names) - NAMED) > 0:
        return texts("settings.more", names=texts.series(names[:NAMED]), n=texts.number(more))
    return texts.listed(names)


def _fit(book: Songbook, texts: Texts) -> Html:
    """Return how many songs are left, so that nobody locks themselves out without noticing."""
    key = "settings.fit" if book.fitting else "settings.unfit"
    return texts(key, n=texts.number(book.fitting), of=texts.number(book.n))


def _menu(chosen: Chosen, texts: Texts) -> InlineKeyboardMarkup:
    preferences, explicit = chosen.preferences, chosen.preferences.filters.explicit
    language, genre, decade = (
        button(texts(f"button.{facet}"), FacetPress(facet, 0)) for facet in FIELDS
    )
    swearing = button(ticked(texts("button.explicit"), explicit), ExplicitPress(not explicit))
    dial = [
        button(ticked(texts(f"button.{mix}"), mix is mix_of(preferences)), MixPress(mix))
        for mix in Mix
    ]
    rows: list[Row] = [[language, genre], [decade, swearing], dial]
    if n := len(chosen.blocked):
        rows.append([button(texts("button.artists", n=n), ArtistsPress(0))])
    rows.append([button(texts("button.personal"), PersonalPress())])
    if preferences != Preferences():
        rows.append([button(texts("button.reset"), ResetPress())])
    return InlineKeyboardMarkup(rows)


def _tick_button(
    filters: Filters, facet: Facet, value: Value, page: int, texts: Texts
) -> InlineKeyboardButton:
    chosen = value in ticks(facet, filters)
    press = TickPress(facet, key_of(value), ticked=not chosen, page=page)
    return button(ticked(name_of(facet, value, texts), chosen), press)


def _paged(
    buttons: Row, page: FacetPress | ArtistsPress, columns: int, texts: Texts
) -> InlineKeyboardMarkup:
    """Return one page of buttons, with the ways to its neighbours and back to the overview."""
    size = columns * ROWS
    last = max(0, (len(buttons) - 1) // size)
    number = min(page.page, last)  # there were more when the button was made
    here = buttons[number * size : (number + 1) * size]
    before = [button(texts("button.previous"), replace(page, page=number - 1))] if number else []
    after = [button(texts("button.next"), replace(page, page=number + 1))] if number < last else []
    rows = in_rows(here, columns)
    done = button(texts("button.done"), SettingsPress())
    return InlineKeyboardMarkup([*rows, [*before, done, *after]])
