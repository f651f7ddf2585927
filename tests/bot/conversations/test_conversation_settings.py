"""/settings, and that songs follow it: the whole bot over real HTTP."""

from collections.abc import Callable

import pytest

from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.screens.choices import key_of
from bot.screens.presses import Press, encode
from bot.screens.settings_presses import AllowPress, Facet, TickPress
from bot.storage.artists import blocked_by
from bot.storage.preferences import Preferences, preferences_of
from graph.choosing.filters import Filters, offered
from graph.tracks import Track
from tests.bot.conversations.test_conversation_buttons import OLD, press_data, sad_songs
from tests.bot.conversations.test_conversation_taste import block_first, stored
from tests.conftest import Running, answers_to, has_songs, labels, shows


async def open_settings(person: Person) -> ChatMessage:
    await person.say("/settings")
    return await person.wait_for_message("Which songs shall I choose from?")


def kept(running: Running, person: Person):
    return running.services.database.run(preferences_of, person.id)


def has(label: str) -> Callable[[ChatMessage], bool]:
    """Return the condition that a message has a button with exactly this label."""
    return lambda message: label in labels(message)


def says(words: str) -> Callable[[ChatMessage], bool]:
    return lambda message: words in message.text


async def ticks(person: Person, part: str, *names: str) -> None:
    """Open a part of the settings, tick some of it and go back."""
    await person.press(part)
    for name in names:
        await person.wait_until(has(name))
        await person.press(name)
        await person.wait_until(has(f"{name} ✓"))
    await person.press("Done")
    await person.wait_until(lambda message: shows("🗣 Languages", message))


async def tracks_of(running: Running, message: ChatMessage) -> list[Track]:
    suggestion = await stored(running, message)
    return [running.services.track_of(track) for track in suggestion.tracks]


async def test_everything_is_open_at_first(running: Running) -> None:
    alice = running.person()

    message = await open_settings(alice)

    assert message.text.count(": all") == 3
    assert "2,112 of 2,112 songs fit." in message.text
    assert {"Balanced ✓", "Allow explicit ✓"} <= labels(message)
    assert "Reset" not in labels(message)


async def test_ticks_act_in_place_and_are_kept(running: Running) -> None:
    alice = running.person()
    before = await open_settings(alice)

    await ticks(alice, "🗣 Languages", "Deutsch", "Français")
    await ticks(alice, "🎸 Genres", "rock")
    await ticks(alice, "📅 Years", "1980s")

    after = await alice.wait_until(says("Years: 1980s"))
    assert after.id == before.id
    assert "Languages: Français and Deutsch" in after.text
    expected = Filters(frozenset({"de", "fr"}), frozenset({"rock"}), frozenset({1980}))
    assert (await kept(running, alice)).filters == expected


async def test_a_language_filter_holds(running: Running) -> None:
    alice = running.person()
    await open_settings(alice)
    await ticks(alice, "🗣 Languages", "Français")

    found = await tracks_of(running, await sad_songs(alice))
    for button, words in (("Lift me", "brighter"), ("Calm me", "calmer")):
        await alice.press(button)
        answer = await alice.wait_until(says(words))
        found += await tracks_of(running, answer)
    await alice.press("More songs")
    found += await tracks_of(running, await alice.wait_for_message(suits=has_songs))

    assert len(found) == 20
    assert {track.language for track in found} == {"fr"}


async def test_decades_and_genres_hold(running: Running) -> None:
    alice = running.person()
    await open_settings(alice)
    await ticks(alice, "🎸 Genres", "rock", "folk")
    await ticks(alice, "📅 Years", "1970s")

    found = await tracks_of(running, await sad_songs(alice))

    assert {track.decade for track in found} == {1970}
    assert {track.genre for track in found} <= {"rock", "folk"}


async def test_pressing_a_tick_again_takes_it_away(running: Running) -> None:
    alice = running.person()
    await open_settings(alice)
    await ticks(alice, "🗣 Languages", "Deutsch")
    await alice.press("🗣 Languages")
    await alice.wait_until(has("Deutsch ✓"))

    await alice.press("Deutsch ✓")

    await alice.wait_until(has("Deutsch"))
    assert (await kept(running, alice)) == Preferences()


def shows_more_than(seen: set[str]) -> Callable[[ChatMessage], bool]:
    return lambda message: not labels(message) <= seen


async def test_pages_lead_through_all_languages(running: Running) -> None:
    alice = running.person()
    await open_settings(alice)
    await alice.press("🗣 Languages")
    seen: set[str] = set()

    page = labels(await alice.wait_until(has("English")))
    while "▶" in page:
        seen |= page
        await alice.press("▶")
        page = labels(await alice.wait_until(shows_more_than(seen)))

    known = offered(running.services.graph.snapshot).languages
    assert len((seen | page) - {"◀", "▶", "Done"}) == len(known) > 50
    assert {"English", "日本語", "Without words", "Íslenska", "తెలుగు"} <= seen | page


async def test_the_dial_shows_where_it_stands(running: Running) -> None:
    alice = running.person()
    await open_settings(alice)

    await alice.press("Fresh")

    turned = await alice.wait_until(has("Fresh ✓"))
    assert "Balanced" in labels(turned)
    assert (await kept(running, alice)).freshness == 1


async def test_explicit_songs_can_be_kept_away(running: Running) -> None:
    alice = running.person()
    await open_settings(alice)

    await alice.press("Allow explicit ✓")

    await alice.wait_until(has("Allow explicit"))
    assert not (await kept(running, alice)).filters.explicit


async def test_reset_opens_everything_again(running: Running) -> None:
    alice = running.person()
    await open_settings(alice)
    await ticks(alice, "🗣 Languages", "Deutsch")
    await alice.press("Familiar")
    await alice.wait_until(has("Familiar ✓"))

    await alice.press("Reset")

    await alice.wait_until(lambda message: "Reset" not in labels(message))
    assert await kept(running, alice) == Preferences()


async def lock_out(person: Person) -> None:
    """Choose what no song has."""
    await open_settings(person)
    await ticks(person, "🗣 Languages", "한국어")
    await ticks(person, "🎸 Genres", "chanson")


async def test_an_answer_says_when_few_songs_fit(running: Running) -> None:
    alice = running.person()
    await open_settings(alice)
    await ticks(alice, "🗣 Languages", "Français")
    many = await sad_songs(alice)
    await open_settings(alice)
    await ticks(alice, "📅 Years", "1990s")

    few = await sad_songs(alice)

    assert "Few songs fit your /settings" in few.text
    assert "Few songs fit" not in many.text


async def test_settings_say_when_nothing_is_left(running: Running) -> None:
    alice = running.person()

    await lock_out(alice)

    assert (await alice.wait_until(says("None of 2,112 songs fits"))).text


async def test_a_wish_that_nothing_fits_leads_to_the_settings(running: Running) -> None:
    alice = running.person()
    await lock_out(alice)

    await alice.say("sad")

    answer = await alice.wait_for_message("/settings", suits=says("fits both that"))
    assert shows("😊 Happy", answer)


async def test_a_press_that_nothing_fits_leads_to_the_settings(running: Running) -> None:
    alice = running.person()
    answer = await sad_songs(alice)
    await lock_out(alice)

    said = await alice.press("Lift me", under=answer.id)

    assert "/settings" in said.text
    assert said.show_alert


async def test_a_blocked_artist_can_be_allowed_in_the_settings(running: Running) -> None:
    alice = running.person()
    await block_first(alice)
    [blocked] = await running.services.database.run(blocked_by, alice.id)
    message = await open_settings(alice)
    assert "🚫 Artists I never want (1)" in labels(message)

    await alice.press("🚫 Artists")
    await alice.wait_until(lambda m: m.id == message.id and "let them come again" in m.text)
    await alice.press(encode(AllowPress(blocked.blocked_id, 0)))

    await alice.wait_until(lambda m: m.id == message.id and "No artist is kept away" in m.text)
    assert await running.services.database.run(blocked_by, alice.id) == []


async def test_what_two_people_choose_does_not_mix(running: Running) -> None:
    alice, bob = running.person("Alice"), running.person("Bob")
    await open_settings(alice)
    await open_settings(bob)

    await ticks(alice, "🗣 Languages", "Deutsch")
    await ticks(bob, "🗣 Languages", "Français")

    assert (await kept(running, alice)).filters.languages == {"de"}
    assert (await kept(running, bob)).filters.languages == {"fr"}
    hers, his = await sad_songs(alice), await sad_songs(bob)
    assert {track.language for track in await tracks_of(running, hers)} == {"de"}
    assert {track.language for track in await tracks_of(running, his)} == {"fr"}


async def test_an_older_message_shows_what_holds_now(running: Running) -> None:
    alice = running.person()
    older = await open_settings(alice)
    newer = await open_settings(alice)
    await alice.press("Fresh", under=newer.id)

    await alice.press("🗣 Languages", under=older.id)
    await alice.wait_until(lambda m: m.id == older.id and "Done" in labels(m))
    await alice.press("Done", under=older.id)

    await alice.wait_until(lambda m: m.id == older.id and "Fresh ✓" in labels(m))


@pytest.mark.parametrize(
    "press",
    [TickPress(Facet.GENRE, 1, ticked=True, page=0), AllowPress(9, 0)],
    ids=["tick", "allow"],
)
async def test_what_is_there_no_more_says_so(running: Running, press: Press) -> None:
    alice = running.person()
    message = await open_settings(alice)

    press_data(running, alice, message, encode(press))

    assert OLD in (await answers_to(running, encode(press)))[0]
    assert await kept(running, alice) == Preferences()


async def test_nobody_turns_the_settings_of_another_chat(running: Running) -> None:
    alice, bob = running.person("Alice"), running.person("Bob")
    hers = await open_settings(alice)
    press = encode(TickPress(Facet.LANGUAGE, key_of("de"), ticked=True, page=0))

    press_data(running, bob, hers, press)

    assert OLD in (await answers_to(running, press))[0]
    assert await kept(running, alice) == await kept(running, bob) == Preferences()


async def test_forgetting_forgets_what_was_chosen(running: Running) -> None:
    alice = running.person()
    message = await open_settings(alice)
    await ticks(alice, "🗣 Languages", "Deutsch")
    await alice.say("/forget")
    await alice.wait_for_message("cannot be undone")
    await alice.press("Delete everything")
    await alice.wait_until(says("nothing is left"))

    assert await kept(running, alice) == Preferences()
    await alice.press("Fresh", under=message.id)  # an old message of theirs begins anew
    assert await kept(running, alice) == Preferences(freshness=1)
