from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.localchat.errors import PressError, RefusedError, SpecViolationError, WaitError
from bot.localchat.server import LocalBotApi

Context = ContextTypes.DEFAULT_TYPE
BUTTONS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("👍 Song", callback_data="like"),
            InlineKeyboardButton("Listen", url="https://example.org/a"),
        ]
    ]
)


async def greet(update: Update, _: Context) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_html("<b>Hello</b>", reply_markup=BUTTONS)


async def echo(update: Update, _: Context) -> None:
    assert update.effective_message is not None
    assert update.effective_chat is not None
    await update.effective_chat.send_action("typing")
    await update.effective_message.reply_text(f"You said: {update.effective_message.text}")


async def weigh(update: Update, _: Context) -> None:
    message = update.effective_message
    assert message is not None
    media = message.photo[-1] if message.photo else message.effective_attachment
    content = await (await media.get_file()).download_as_bytearray()  # type: ignore[union-attr]
    words = f"{len(content)} bytes"
    if content.startswith(b"\xff\xd8"):
        await message.reply_photo(bytes(content), caption=words)
    else:
        await message.reply_text(words)


async def note(update: Update, _: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("Noted")
    await update.callback_query.edit_message_text("Thank you")


@pytest.fixture
async def echo_bot(api: LocalBotApi) -> AsyncIterator[None]:
    """A bot of the library that the real one is made with, polling."""
    application = (
        Application.builder()
        .token(api.token)
        .base_url(f"{api.base_url}/bot")
        .base_file_url(f"{api.base_url}/file/bot")
        .build()
    )
    application.add_handlers(
        [
            CommandHandler("start", greet),
            MessageHandler(filters.TEXT, echo),
            MessageHandler(filters.ATTACHMENT, weigh),
            CallbackQueryHandler(note),
        ]
    )
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=5)
        yield
        await application.updater.stop()
        await application.stop()


@pytest.mark.usefixtures("echo_bot")
async def test_two_people_each_get_their_own_answer(api: LocalBotApi):
    alice, bob = api.person("Alice"), api.person("Bob")
    await alice.say("I am Alice")
    await bob.say("I am Bob")

    assert (await bob.wait_for_message()).text == "You said: I am Bob"
    assert (await alice.wait_for_message()).text == "You said: I am Alice"
    assert alice.actions == ["typing"]


@pytest.mark.usefixtures("echo_bot")
async def test_press_is_answered_and_edits_in_place(api: LocalBotApi):
    alice = api.person("Alice")
    await alice.say("/start")
    greeting = await alice.wait_for_message("Hello")

    answer = await alice.press("👍")
    thanks = await alice.wait_until(lambda message: message.edited)

    assert answer.text == "Noted"
    assert (thanks.id, thanks.text, thanks.buttons) == (greeting.id, "Thank you", ())
    with pytest.raises(PressError, match="no button '👍'"):
        alice.press_only("👍")


@pytest.mark.usefixtures("echo_bot")
@pytest.mark.parametrize("as_document", [False, True])
async def test_picture_reaches_the_bot_whole_and_comes_back(
    api: LocalBotApi, picture: bytes, as_document: bool
):
    alice = api.person("Alice")
    await alice.send_picture(picture, as_document=as_document)

    answer = await alice.wait_for_message()

    assert answer.text == f"{len(picture)} bytes"
    assert answer.raw["photo"][-1]["width"] == 640


@pytest.mark.usefixtures("echo_bot")
@pytest.mark.parametrize("kind", ["video", "video_note", "animation", "document"])
async def test_clip_reaches_the_bot_whole(api: LocalBotApi, clip: bytes, kind: str):
    alice = api.person("Alice")
    await alice.send_clip(clip, kind=kind)

    answer = await alice.wait_for_message()

    assert answer.text == f"{len(clip)} bytes"
    assert kind in alice.messages[0].raw


@pytest.mark.usefixtures("echo_bot")
async def test_wait_that_is_in_vain_says_what_was_said(api: LocalBotApi):
    alice = api.person("Alice")
    await alice.say("x")
    await alice.wait_for_message()

    with pytest.raises(WaitError, match=r"the bot said .*You said: x"):
        await alice.wait_for_message(timeout_s=0.05)


async def test_garbage_is_no_photo(api: LocalBotApi):
    alice = api.person("Alice")

    with pytest.raises(RefusedError, match="IMAGE_PROCESS_FAILED"):
        await alice.send_picture(b"no picture")


async def test_wrong_request_fails_the_test_that_caused_it(
    spec_path: Path, client: aiohttp.ClientSession
):
    async def misbehave() -> dict[str, Any]:
        async with LocalBotApi.start(spec=spec_path) as api:
            address = f"{api.base_url}/bot{api.token}/sendMessage"
            async with client.post(address, json={"text": "x"}) as answer:
                found: dict[str, Any] = await answer.json()
                assert found["error_code"] == 400
        return found

    with pytest.raises(SpecViolationError, match=r"sendMessage\.chat_id: required"):
        await misbehave()


async def test_ids_grow_over_restarts():
    first_start = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    async def start(at: datetime) -> tuple[int, int, int]:
        async with LocalBotApi.start(clock=lambda: at) as api:
            alice = api.person("Alice")
            await alice.say("x")
            [update] = api.desk.conversation.updates.first(1)
            return alice.id, update["update_id"], alice.messages[0].id

    before = await start(first_start)
    after = await start(first_start + timedelta(seconds=1))

    assert after[0] == before[0]
    assert after[1] > before[1]
    assert after[2] > before[2]
