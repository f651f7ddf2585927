"""The bot in other chats: asked for by its name, with nothing kept."""

import pytest

from bot.storage.users import rows_about
from tests.conftest import Running, settled


@pytest.mark.parametrize("words", ["happy", "triste", "calm 80s", "", "play something by Queen"])
async def test_cards_come_for_a_mood_and_nothing_is_kept(running: Running, words: str) -> None:
    alice = running.person(agreed=False)

    cards = await alice.ask_inline(words)

    await settled(running)
    assert cards[0]["title"] == "All 5 songs"
    assert len(cards) == 6
    assert "open.spotify.com" in cards[1]["input_message_content"]["message_text"]
    assert await running.services.database.run(rows_about, alice.id) == 0


@pytest.mark.parametrize("words", ["I want to kill myself", "xyzzy", "thanks", "<b>"])
async def test_what_is_no_wish_brings_no_cards(running: Running, words: str) -> None:
    assert await running.person().ask_inline(words) == []
