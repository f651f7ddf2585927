"""The pages of the settings: what stands on them, and where their buttons lead."""

import pytest

from bot.screens.choices import Songbook, compose_settings, key_of, options, tick
from bot.screens.presses import Press
from bot.screens.replies import Reply
from bot.screens.settings_presses import (
    AllowPress,
    ArtistsPress,
    Facet,
    FacetPress,
    SettingsPress,
    TickPress,
)
from bot.storage.artists import BlockedArtist
from bot.storage.preferences import Chosen, Preferences
from bot.words.languages import AUTONYMS, autonym
from bot.words.texts import load_texts
from graph.choosing.filters import Filters, Offered
from tests.bot.screens.test_keyboards import buttons

TEXTS = load_texts()
OFFERED = Offered(("en", "zxx", "de", "tlh"), ("rock", "r&b"), (1990, 1970, 1980))
BOOK = Songbook(OFFERED, 1234, 2112)
ROCK = Preferences(Filters(genres=frozenset({"rock"})))


def page(
    press: SettingsPress | FacetPress | ArtistsPress,
    preferences: Preferences = ROCK,
    *,
    blocked: int = 0,
    book: Songbook = BOOK,
) -> Reply:
    kept_away = [BlockedArtist(n, f"Artist {n}") for n in range(blocked)]
    return compose_settings(Chosen(preferences, kept_away), book, press, TEXTS)


def on(reply: Reply) -> dict[str, Press]:
    return buttons(reply.keyboard)


def test_the_overview_names_what_is_chosen() -> None:
    text = page(SettingsPress()).text

    assert "Languages: <b>all</b>" in text
    assert "Genres: <b>rock</b>" in text
    assert "1,234 of 2,112 songs fit." in text


def test_words_of_a_catalogue_are_escaped() -> None:
    chosen = tick(ROCK, Facet.GENRE, "r&b", ticked=True)

    assert "Genres: <b>rock and r&amp;b</b>" in page(SettingsPress(), chosen).text
    assert "r&b ✓" in on(page(FacetPress(Facet.GENRE, 0), chosen))


def test_many_are_counted() -> None:
    genres = tuple(f"genre {n}" for n in range(9))
    book = Songbook(Offered((), genres, ()), 1, 2)

    text = page(SettingsPress(), Preferences(Filters(genres=frozenset(genres))), book=book).text

    assert "genre 0, genre 1, genre 2, genre 3, genre 4, genre 5 and 3 more" in text


def test_languages_have_their_own_names_where_they_are_known() -> None:
    assert list(on(page(FacetPress(Facet.LANGUAGE, 0)))) == [
        "English",
        "Without words",
        "Deutsch",
        "tlh",
        "Done",
    ]


def test_decades_come_latest_first() -> None:
    assert list(on(page(FacetPress(Facet.DECADE, 0))))[:3] == ["1990s", "1980s", "1970s"]


def test_a_tick_says_what_it_wants() -> None:
    found = on(page(FacetPress(Facet.GENRE, 0)))

    assert found["rock ✓"] == TickPress(Facet.GENRE, key_of("rock"), ticked=False, page=0)
    assert found["r&b"] == TickPress(Facet.GENRE, key_of("r&b"), ticked=True, page=0)


def test_what_no_song_has_any_more_can_be_unticked() -> None:
    filters = Filters(genres=frozenset({"gone"}))

    assert options(Facet.GENRE, filters, OFFERED) == ["rock", "r&b", "gone"]
    assert "gone ✓" in on(page(FacetPress(Facet.GENRE, 0), Preferences(filters)))


@pytest.mark.parametrize("number", [0, 1, 2, 99])
def test_pages_hold_everything_once_and_lead_on(number: int) -> None:
    genres = tuple(f"genre {n}" for n in range(40))
    book = Songbook(Offered((), genres, ()), 1, 2)

    found = on(page(FacetPress(Facet.GENRE, number), book=book))

    shown, last = min(number, 2), 2  # 16 on a page
    assert {label for label in found if label.startswith("genre")} == set(
        genres[16 * shown : 16 * (shown + 1)]
    )
    assert ("◀" in found, "▶" in found) == (shown > 0, shown < last)


def test_artists_stand_below_each_other_and_can_come_again() -> None:
    found = on(page(ArtistsPress(0), blocked=3))

    assert found["Artist 1"] == AllowPress(1, 0)
    assert "🚫 Artists I never want (3)" in on(page(SettingsPress(), blocked=3))


def test_without_artists_there_is_no_way_to_them() -> None:
    assert not any(label.startswith("🚫") for label in on(page(SettingsPress())))


def test_reset_is_offered_where_something_is_chosen() -> None:
    assert "Reset" in on(page(SettingsPress()))
    assert "Reset" not in on(page(SettingsPress(), Preferences()))


def test_keys_differ() -> None:
    words = [*AUTONYMS, *range(1600, 2030, 10), *OFFERED.genres]

    assert len({key_of(word) for word in words}) == len(words)


@pytest.mark.parametrize(("code", "name"), [("de", "Deutsch"), ("DE", "Deutsch"), ("tlh", "tlh")])
def test_a_language_has_its_own_name(code: str, name: str) -> None:
    assert autonym(code) == name
