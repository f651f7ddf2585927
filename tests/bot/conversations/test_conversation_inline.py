"""The bot in other chats: asked for by its name, with nothing kept."""

import pytest

from bot.storage.users import rows_about
from bot.wire.limits import CAPACITY
from tests.conftest import Running, settled

HAPPY = {
    "en": ("happy", "All 5 songs", "😊 Happy"),
    "de": ("mega gut drauf", "Alle 5 Lieder", "😊 Freude"),
    "es": ("estoy feliz", "Las 5 canciones", "😊 Alegría"),
    "fr": ("je suis content", "Les 5 chansons", "😊 Joie"),
    "pt": ("estou muito feliz", "Todas as 5 músicas", "😊 Alegria"),
    "hi": ("मैं बहुत खुश हूँ", "सभी 5 गाने", "😊 खुशी"),
    "ru": ("сегодня всё отлично", "(5)", "😊 Радость"),
    "ar": ("أنا مبسوطة", "كل الأغاني", "😊 فرح"),
    "ja": ("すごく嬉しい", "全5曲", "😊 喜び"),
}


@pytest.mark.parametrize("words", ["happy", "triste", "calm 80s", "play something by Queen"])
async def test_cards_come_for_a_wish_and_nothing_is_kept(running: Running, words: str) -> None:
    alice = running.person(agreed=False)

    cards = await alice.ask_inline(words)

    await settled(running)
    assert cards[0]["title"] == "All 5 songs"
    assert len(cards) == 6
    assert "open.spotify.com" in cards[1]["input_message_content"]["message_text"]
    assert await running.services.database.run(rows_about, alice.id) == 0


async def test_a_card_names_the_artist_and_the_reason_and_has_no_picture(running: Running) -> None:
    _, *songs = await running.person().ask_inline("happy")

    for card in songs:
        artist, reason = card["description"].split(" · ")
        assert f"</b> \N{EN DASH} {artist}" in card["input_message_content"]["message_text"]
        assert reason.startswith("For feeling happy")
        assert not {"thumbnail_url", "url"} & card.keys()


@pytest.mark.parametrize("language", HAPPY)
async def test_cards_speak_the_language_of_whoever_asks(running: Running, language: str) -> None:
    words, title, mood = HAPPY[language]
    person = running.api.person("Ada", language=language)

    cards = await person.ask_inline(words)
    moods = await person.ask_inline("")

    assert title in cards[0]["title"]
    assert len(cards) == 6
    assert moods[0]["title"].startswith(mood)


async def test_a_song_with_words_of_despair_brings_help_before_its_songs(running: Running) -> None:
    person = running.api.person("Ada", language="en")

    cards = await person.ask_inline("play Suicidal Thoughts by Queen")

    await settled(running)
    assert "988" in cards[0]["input_message_content"]["message_text"]
    assert len(cards) == 7


@pytest.mark.parametrize(
    ("words", "language", "title", "line"),
    [
        ("I want to die", "en", "You do not have to carry this alone", "988"),
        ("mein Vater ist gestorben", "de", "Du musst damit nicht allein sein", "0800 111 0 111"),
        ("死にたい", "ja", "ひとりで抱えなくて大丈夫です", "0120-279-338"),
    ],
)
async def test_words_of_despair_bring_one_card_that_names_help(
    running: Running, words: str, language: str, title: str, line: str
) -> None:
    person = running.api.person("Ada", language=language)

    [card] = await person.ask_inline(words)

    await settled(running)
    assert card["title"] == title
    assert line in card["description"]
    assert line in card["input_message_content"]["message_text"]
    assert await running.services.database.run(rows_about, person.id) == 0


async def test_without_words_the_moods_are_offered(running: Running) -> None:
    alice = running.person(agreed=False)

    cards = await alice.ask_inline("")

    await settled(running)
    assert [card["title"][2:] for card in cards] == [
        *("Happy", "Calm", "Surprised", "Sad", "Angry", "Afraid", "Disgusted")
    ]
    for card in cards:
        assert card["input_message_content"]["message_text"].count("open.spotify.com") == 5
    assert await running.services.database.run(rows_about, alice.id) == 0


async def test_answers_are_personal_and_lead_to_a_chat_of_ones_own(running: Running) -> None:
    cards = await running.person().ask_inline("happy")

    [call] = [call for call in running.api.calls if call.method == "answerInlineQuery"]
    assert str(call.values["is_personal"]).lower() == "true"
    assert 0 < int(str(call.values["cache_time"])) <= 300
    assert "inline" in str(call.values["button"])
    [[below]] = cards[0]["reply_markup"]["inline_keyboard"]
    assert below["url"] == "https://t.me/tunemirror_local_bot?start=inline"


async def test_the_way_to_a_chat_of_ones_own_greets(running: Running) -> None:
    alice = running.person()

    await alice.say("/start inline")

    assert "Send me a selfie" in (await alice.wait_for_message()).text


async def test_too_many_questions_bring_no_cards(running: Running) -> None:
    alice = running.person()
    running.services.limits.allow(alice.id, cost=CAPACITY, at=running.services.now())

    assert await alice.ask_inline("happy") == []


@pytest.mark.parametrize("words", ["xyzzy", "thanks", "<b>"])
async def test_what_is_no_wish_brings_no_cards(running: Running, words: str) -> None:
    assert await running.person().ask_inline(words) == []
