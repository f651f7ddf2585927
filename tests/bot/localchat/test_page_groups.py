"""The chat page with several people: groups, cards of inline mode, names that are read out."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from bot.localchat.server import LocalBotApi
from tests.bot.localchat.browser import first, seen_by_bot
from tests.bot.web.mirror.axe import FOLDER
from tests.chromium import NEEDS_CHROMIUM, open_tab

pytestmark = NEEDS_CHROMIUM
AXE = FOLDER / "axe.min.js"
SHOTS = Path(__file__).parents[3] / "build" / "localchat"
NAME = "@tunemirror_local_bot"
CARDS = [
    {
        "type": "article",
        "id": str(place),
        "title": title,
        "description": "Blur · For feeling happy",
        "input_message_content": {"message_text": f"<b>{title}</b>", "parse_mode": "HTML"},
    }
    for place, title in enumerate(["All 5 songs", "Song 2"])
]
SONGS = (
    "Looks happy.\n\n1. <b>Song 2</b> \N{EN DASH} Blur (1997)\n"
    '<a href="https://example.org">Spotify</a> · fast\n\n2. <b>Hey Ya!</b> \N{EN DASH} OutKast'
)
RATING = {
    "inline_keyboard": [
        [{"text": f"{thumb} {label}", "callback_data": f"{thumb}{label}"} for thumb in "👍👎"]
        for label in ("1 Song 2", "2 ✓ Hey Ya!")
    ]
    + [[{"text": "◀", "callback_data": "older"}]]
}


@pytest.fixture
async def group(page: Page) -> Locator:
    """A group of Alice and Bob, open."""
    return await gather(page)


async def gather(page: Page) -> Locator:
    """Let Bob join, and open a group; return its chat."""
    shown = page.locator(".chat.active")
    names = {"Add person": "Bob's chat with Tunemirror", "Add group": "Group Friends"}
    for button, name in names.items():
        await page.get_by_role("button", name=button).click()
        await page.keyboard.press("Enter")
        await expect(shown).to_have_attribute("aria-label", name)
    return shown


async def write(page: Page, group: Locator, text: str, *, by: str = "Alice") -> None:
    await group.get_by_label("Speak as").select_option(label=by)
    await group.get_by_label(f"Message as {by} in Friends").fill(text)
    await page.keyboard.press("Enter")


async def test_who_speaks_in_a_group_is_chosen(page: Page, group: Locator, ask: Any):
    await write(page, group, f"hello {NAME}", by="Bob")

    message = (await seen_by_bot(ask))["message"]
    assert message["from"]["first_name"] == "Bob"
    assert message["chat"] == {
        "id": message["chat"]["id"],
        "type": "supergroup",
        "title": "Friends",
    }
    await expect(group.locator(".own .from")).to_have_text("Bob")


async def test_what_others_say_stands_on_the_other_side(page: Page, group: Locator):
    await write(page, group, "hello", by="Alice")
    await write(page, group, "hi", by="Bob")

    await expect(group.locator(".own .text")).to_have_text("hi")
    await expect(group.locator(".other .text")).to_have_text("hello")
    await group.get_by_label("Speak as").select_option(label="Alice")
    await expect(group.locator(".own .text")).to_have_text("hello")


async def test_talk_among_people_does_not_reach_the_bot(page: Page, group: Locator, ask: Any):
    await write(page, group, "hello")
    await write(page, group, "/mood@tunemirror_local_bot")

    found = (await ask("getUpdates", timeout=5))["result"]
    texts = [update["message"]["text"] for update in found if "message" in update]
    assert texts == ["/mood@tunemirror_local_bot"]


async def test_a_reply_is_for_the_bot_and_names_what_it_answers(
    page: Page, group: Locator, api: LocalBotApi, ask: Any
):
    chat_id = min(api.desk.conversation.chats)
    sent = await ask("sendMessage", chat_id=chat_id, text="How do you feel?")
    await expect(group.get_by_text("How do you feel?")).to_be_visible()
    await group.get_by_label("Message as Alice in Friends").focus()

    await page.keyboard.press("Control+ArrowUp")
    await expect(group.locator(".replying")).to_have_text("Reply to Tunemirror: How do you feel?")
    await page.keyboard.type("sad")
    await page.keyboard.press("Enter")

    message = (await seen_by_bot(ask))["message"]
    assert message["reply_to_message"]["message_id"] == sent["result"]["message_id"]
    await expect(group.locator(".replying")).to_be_hidden()
    await expect(group.locator(".own .quote")).to_have_text("How do you feel?")


async def test_a_pointer_replies_too_and_thinks_better_of_it(
    page: Page, group: Locator, api: LocalBotApi, ask: Any
):
    await ask("sendMessage", chat_id=min(api.desk.conversation.chats), text="How do you feel?")

    await group.get_by_role("button", name="Reply to Tunemirror").click()
    await group.get_by_role("button", name="Do not reply").click()
    await page.keyboard.type(f"sad {NAME}")
    await page.keyboard.press("Enter")

    assert "reply_to_message" not in (await seen_by_bot(ask))["message"]


async def test_a_press_in_a_group_is_whose_turn_it_is(
    page: Page, group: Locator, api: LocalBotApi, ask: Any
):
    chat_id = min(api.desk.conversation.chats)
    await ask("sendMessage", chat_id=chat_id, text=SONGS, parse_mode="HTML", reply_markup=RATING)
    await group.get_by_label("Speak as").select_option(label="Bob")

    await group.locator(".key").first.click()

    query = (await seen_by_bot(ask))["callback_query"]
    assert (query["from"]["first_name"], query["message"]["chat"]["id"]) == ("Bob", chat_id)


async def test_a_picture_in_a_group_carries_the_bots_name(
    page: Page, group: Locator, ask: Any, picture: bytes
):
    await group.get_by_label("Message as Alice in Friends").fill(f"us, {NAME}")
    await group.locator("input[type=file]").set_input_files(
        FilePayload(name="us.jpg", mimeType="image/jpeg", buffer=picture)
    )

    message = (await seen_by_bot(ask))["message"]
    assert (message["caption"], message["from"]["first_name"]) == (f"us, {NAME}", "Alice")
    assert message["chat"]["title"] == "Friends"


async def test_commands_of_a_group_name_the_bot(page: Page, ask: Any):
    await ask("setMyCommands", commands=[{"command": "mood", "description": "Pick a mood"}])
    await page.get_by_role("button", name="Add group").click()
    await page.keyboard.press("Enter")
    await page.get_by_label("Message as Alice in Friends").press_sequentially("/m")

    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")

    assert (await seen_by_bot(ask))["message"]["text"] == f"/mood{NAME}"


@pytest.mark.parametrize("where", ["alone", "group"])
async def test_cards_are_offered_and_the_chosen_one_is_sent(page: Page, ask: Any, where: str):
    chat = await gather(page) if where == "group" else page.locator(".chat.active")
    await chat.locator("textarea").fill(f"{NAME} happy")
    query = (await seen_by_bot(ask))["inline_query"]
    assert query["query"] == "happy"
    await ask("answerInlineQuery", inline_query_id=query["id"], results=CARDS)
    await expect(chat.get_by_role("menuitem")).to_have_count(2)

    await page.keyboard.press("Enter")  # to the first card
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await expect(chat.locator(".own .text strong")).to_have_text("Song 2")
    await expect(chat.locator(".own .via")).to_have_text("via Tunemirror")
    message = (await seen_by_bot(ask))["message"]
    assert message["via_bot"]["username"] == "tunemirror_local_bot"
    await expect(chat.locator("textarea")).to_have_value("")


async def test_the_way_from_the_cards_to_a_chat_with_the_bot(page: Page, ask: Any):
    await page.get_by_label("Message as Alice").fill(f"{NAME} ")
    query = (await seen_by_bot(ask))["inline_query"]
    button = {"text": "In a chat of our own", "start_parameter": "inline"}
    await ask("answerInlineQuery", inline_query_id=query["id"], results=[], button=button)

    await page.get_by_role("menuitem", name="In a chat of our own").click()

    assert (await seen_by_bot(ask))["message"]["text"] == "/start inline"


async def test_old_cards_do_not_cover_new_words(page: Page, ask: Any):
    box = page.get_by_label("Message as Alice")
    await box.fill(f"{NAME} happy")
    query = (await seen_by_bot(ask))["inline_query"]

    await box.fill("something else")
    await ask("answerInlineQuery", inline_query_id=query["id"], results=CARDS)
    await page.wait_for_timeout(500)  # nothing tells that nothing comes

    await expect(page.get_by_role("menuitem")).to_have_count(0)


async def test_thumbs_are_named_by_what_they_rate(page: Page, api: LocalBotApi, ask: Any):
    await ask(
        "sendMessage",
        chat_id=first(api),
        text=SONGS,
        parse_mode="HTML",
        reply_markup=RATING,
    )

    for name in (
        "Like 1: Song 2 by Blur (1997)",
        "Dislike 1: Song 2 by Blur (1997)",
        "Like 2: Hey Ya! by OutKast, chosen; press to take it back",
        "Previous page",
    ):
        await expect(page.get_by_role("button", name=name, exact=True)).to_have_count(1)


async def test_a_round_video_reaches_the_bot_as_one(page: Page, ask: Any, clip: bytes):
    await page.get_by_role("button", name="Send a file").click()
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("menuitem", name="Round video").click()
    await (await chosen.value).set_files(
        FilePayload(name="me.mp4", mimeType="video/mp4", buffer=clip)
    )

    note = (await seen_by_bot(ask))["message"]["video_note"]
    assert (note["length"], note["duration"]) == (96, 2)
    box = await page.locator(".own .video_note").bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"], abs=0.01)  # the browser rounds


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 640), (390, 844), (1280, 800)])
async def test_a_group_is_accessible_and_fits(
    browser: Browser, api: LocalBotApi, ask: Any, size: tuple[int, int], scheme: str
):
    viewport = {"width": size[0], "height": size[1]}
    async with open_tab(browser, api.base_url, viewport=viewport, color_scheme=scheme) as tab:
        found, wide = await look_at_group(tab.page, api, ask, f"group-{size[0]}-{scheme}")

    assert found == []
    assert wide <= size[0]


async def look_at_group(page: Page, api: LocalBotApi, ask: Any, name: str) -> tuple[list[str], int]:
    """Let people talk in a group; return what axe-core finds wrong, and how wide the page is."""
    group = await gather(page)
    await write(page, group, "hello", by="Bob")
    await write(page, group, f"sad {NAME}")
    await ask(
        "sendMessage",
        chat_id=min(api.desk.conversation.chats),
        text=SONGS,
        parse_mode="HTML",
        reply_markup=RATING,
    )
    await expect(group.locator(".key")).to_have_count(5)
    await page.keyboard.press("Control+ArrowUp")
    await page.wait_for_timeout(400)  # until nothing moves in

    found = await violations(page, name)
    return found, int(await page.evaluate("document.documentElement.scrollWidth"))


async def violations(page: Page, name: str) -> list[str]:
    """Keep a picture of the page, and return what axe-core finds wrong, where it is at hand."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"{name}.png")
    if not AXE.exists():
        return []
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    result = await page.evaluate("axe.run()")
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']]}"
        for each in result["violations"]
    ]
