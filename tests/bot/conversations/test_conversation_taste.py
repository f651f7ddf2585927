"""What a person says of songs beyond 👍 and 👎: the whole bot over real HTTP."""

from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.screens.lines import MAX_BUTTON, shown
from bot.screens.presses import encode
from bot.screens.song_presses import HelpedPress, NeverPress
from bot.storage.artists import blocked_by
from bot.storage.evidence import evidence_of
from bot.storage.history import suggestion_of
from graph.choosing.taste import Reaction
from tests.bot.conversations.test_conversation_buttons import (
    OLD,
    press_data,
    rateable_songs,
    sad_songs,
    suggestion_id,
)
from tests.conftest import Running, answers_to, has_songs, labels, open_ratings, shows


def stored(running: Running, message: ChatMessage):
    return running.services.database.run(suggestion_of, suggestion_id(message))


async def block_first(person: Person) -> ChatMessage:
    """Dislike the first song of an answer and keep its artist away; return the answer."""
    answer = await rateable_songs(person)
    await person.press("👎 1")
    await person.wait_until(lambda message: shows("🚫 Never", message))
    await person.press("🚫 Never")
    await person.wait_until(lambda message: any(x.endswith("✓") for x in never_in(message)))
    return answer


def never_in(message: ChatMessage) -> list[str]:
    return [label for label in labels(message) if label.startswith("🚫")]


async def test_a_dislike_asks_about_the_artist(running: Running) -> None:
    alice = running.person()
    answer = await rateable_songs(alice)

    await alice.press("👎 2")

    asked = await alice.wait_until(lambda message: bool(never_in(message)))
    assert asked.id == answer.id
    artist = (await stored(running, answer)).tracks[1].first_artist
    assert never_in(asked) == [f"🚫 Never {shown(artist, MAX_BUTTON)}"]


async def test_a_like_asks_nothing(running: Running) -> None:
    alice = running.person()
    await rateable_songs(alice)
    await alice.press("👎 2")
    await alice.wait_until(lambda message: bool(never_in(message)))

    await alice.press("👍 3")

    marked = await alice.wait_until(lambda message: shows("👍 3 ✓", message))
    assert never_in(marked) == []


async def test_a_blocked_artist_never_comes_back(running: Running) -> None:
    alice = running.person()
    artist = (await stored(running, await block_first(alice))).tracks[0].first_artist

    await alice.press("Back")
    await alice.wait_until(lambda message: "More songs" in labels(message))
    later = []
    for _ in range(12):
        await alice.press("More songs")
        later.append(await stored(running, await alice.wait_for_message(suits=has_songs)))

    artists = [track.artist for suggestion in later for track in suggestion.tracks]
    assert len(artists) == 60
    assert [name for name in artists if artist in name] == []


async def test_a_blocked_artist_can_be_allowed_where_it_was_blocked(running: Running) -> None:
    alice = running.person()
    await block_first(alice)

    await alice.press("🚫 Never")

    await alice.wait_until(lambda m: bool(never_in(m)) and not never_in(m)[0].endswith("✓"))
    assert await running.services.database.run(blocked_by, alice.id) == []


async def test_what_one_person_blocks_the_other_still_gets(running: Running) -> None:
    alice, bob = running.person("Alice"), running.person("Bob")

    await block_first(alice)

    assert await running.services.database.run(blocked_by, bob.id) == []


LIKED_BEFORE = 1980  # the hidden taste of whoever rates here


async def happy_songs(running: Running, person: Person, *, answers: int) -> list[ChatMessage]:
    """Say a mood and ask for more, and return the answers."""
    await person.say("happy")
    found = [await person.wait_for_message(suits=has_songs)]
    for _ in range(answers - 1):
        await person.press("More songs")
        found.append(await person.wait_for_message(suits=has_songs))
    return found


async def tastes(running: Running, message: ChatMessage) -> list[bool]:
    """Return whether each of the five songs is to the hidden taste."""
    tracks = [running.services.track_of(track) for track in (await stored(running, message)).tracks]
    return [track.year is not None and track.year < LIKED_BEFORE for track in tracks]


async def rate_all(running: Running, person: Person, message: ChatMessage) -> None:
    """Press 👍 or 👎 for each of the five songs."""
    await open_ratings(person, message)
    for number, good in enumerate(await tastes(running, message), start=1):
        thumb = "👍" if good else "👎"
        await person.press(f"{thumb} {number}", under=message.id)


async def test_ten_ratings_visibly_change_the_songs(running: Running) -> None:
    alice, bob = running.person("Alice"), running.person("Bob")
    for answer in await happy_songs(running, alice, answers=2):
        await rate_all(running, alice, answer)

    hers = await happy_songs(running, alice, answers=4)
    his = (await happy_songs(running, bob, answers=6))[2:]

    fitting = [sum([sum(await tastes(running, m)) for m in each]) for each in (hers, his)]
    # With thirteen of fourteen other seeds 18 to 20 of 20 after ratings, 2 to 6 without; with one,
    # none of the ten songs was liked, and ten dislikes taught less.
    assert fitting[0] > 2 * fitting[1]


async def test_what_helped_and_what_was_liked_is_evidence(running: Running) -> None:
    alice = running.person()
    answer = await rateable_songs(alice)
    await alice.press("💛 It helped")
    await alice.press("👎 2")

    found = await running.services.database.run(evidence_of, alice.id)

    tracks = [track.track_id for track in (await stored(running, answer)).tracks]
    assert set(found[:5]) == {(track_id, Reaction.HELPED) for track_id in tracks}
    assert found[5:] == [(tracks[1], Reaction.DISLIKED)]


async def test_help_is_remembered_and_taken_back(running: Running) -> None:
    alice = running.person()
    answer = await rateable_songs(alice)

    said = await alice.press("💛 It helped")
    await alice.wait_until(lambda message: "💛 It helped ✓" in labels(message))
    after = await stored(running, answer)
    await alice.press("💛 It helped ✓")
    await alice.wait_until(lambda message: "💛 It helped" in labels(message))
    back = await stored(running, answer)

    assert "Good to hear" in said.text
    assert (after.helped, back.helped) == (True, False)


async def test_help_stays_ticked_when_a_song_is_rated(running: Running) -> None:
    alice = running.person()
    await rateable_songs(alice)
    await alice.press("💛 It helped")
    await alice.wait_until(lambda message: "💛 It helped ✓" in labels(message))

    await alice.press("👍 1")

    marked = await alice.wait_until(lambda message: shows("👍 1 ✓", message))
    assert "💛 It helped ✓" in labels(marked)


async def test_presses_of_others_change_nothing(running: Running) -> None:
    alice, bob = running.person("Alice"), running.person("Bob")
    hers = await sad_songs(alice)
    his = await sad_songs(bob)
    theirs = suggestion_id(hers)

    for press in (NeverPress(theirs, 0, never=True), HelpedPress(theirs, helped=True)):
        press_data(running, bob, his, encode(press))
        assert OLD in (await answers_to(running, encode(press)))[0]

    assert not (await stored(running, hers)).helped
    assert await running.services.database.run(blocked_by, alice.id) == []
    assert await running.services.database.run(blocked_by, bob.id) == []


async def test_a_song_that_is_not_there_is_an_old_button(running: Running) -> None:
    alice = running.person()
    answer = await sad_songs(alice)
    made_up = encode(NeverPress(suggestion_id(answer), 9, never=True))

    press_data(running, alice, answer, made_up)

    assert OLD in (await answers_to(running, made_up))[0]
