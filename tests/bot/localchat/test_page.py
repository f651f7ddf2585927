"""The chat page in a real browser."""

import io
from typing import Any

from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from bot.localchat.server import LocalBotApi
from tests.bot.localchat.browser import first, seen_by_bot
from tests.chromium import NEEDS_CHROMIUM

pytestmark = NEEDS_CHROMIUM
KEYBOARD = {
    "inline_keyboard": [
        [
            {"text": "👍 Song", "callback_data": "like"},
            {"text": "Listen", "url": "https://example.org/"},
        ]
    ]
}


def picture() -> bytes:
    """Return a PNG file of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (90, 60), "#7f9be0").save(out, "PNG")
    return out.getvalue()


PIXELS = picture()


async def test_tall_answer_is_shown_from_its_beginning(page: Page, api: LocalBotApi, ask: Any):
    await ask("sendMessage", chat_id=first(api), text="Looks happy" + "\nand a song" * 40 + "\nend")

    await expect(page.locator(".bot .text")).to_be_visible()
    await page.wait_for_timeout(300)  # nothing tells that it does not scroll on
    assert await page.locator(".scroll").evaluate("box => box.scrollTop") < 40  # of 430


async def test_suggestion_starts_the_chat(page: Page, ask: Any):
    await page.get_by_role("button", name="Start").click()

    await expect(page.locator(".own .text")).to_have_text("/start")
    message = (await seen_by_bot(ask))["message"]
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_enter_sends_and_the_answer_is_announced(page: Page, api: LocalBotApi, ask: Any):
    await page.get_by_label("Message as Alice").fill("hello")
    await page.keyboard.press("Enter")
    assert (await seen_by_bot(ask))["message"]["text"] == "hello"

    await ask("sendMessage", chat_id=first(api), text="<b>Hi</b> there", parse_mode="HTML")

    await expect(page.locator(".bot strong")).to_have_text("Hi")
    await expect(page.locator("#live")).to_have_text("Tunemirror: Hi there")


async def test_text_is_never_taken_for_markup(page: Page, api: LocalBotApi, ask: Any):
    title = '<img src=x onerror="document.title=1"> 🎈 نسم علينا'
    keyboard = {"inline_keyboard": [[{"text": title, "callback_data": "x"}]]}

    await ask("sendMessage", chat_id=first(api), text=title, reply_markup=keyboard)

    await expect(page.locator(".bot .text")).to_have_text(title)
    await expect(page.locator(".bot .key")).to_have_text(title)
    assert await page.title() == "Tunemirror · local chat"
    assert await page.locator(".bot img").count() == 0


async def test_press_waits_and_shows_the_answer(page: Page, api: LocalBotApi, ask: Any):
    await ask("sendMessage", chat_id=first(api), text="x", reply_markup=KEYBOARD)
    key = page.get_by_role("button", name="👍 Song")

    await key.focus()
    await page.keyboard.press("Enter")

    await expect(key).to_have_attribute("aria-busy", "true")
    query = (await seen_by_bot(ask))["callback_query"]
    await ask("answerCallbackQuery", callback_query_id=query["id"], text="Noted")
    await expect(page.locator(".toast")).to_have_text("Noted")
    await expect(key).not_to_have_attribute("aria-busy", "true")


async def test_edit_in_place_keeps_the_focus(page: Page, api: LocalBotApi, ask: Any):
    sent = await ask("sendMessage", chat_id=first(api), text="x", reply_markup=KEYBOARD)
    await page.get_by_role("button", name="👍 Song").focus()

    await ask(
        "editMessageText",
        chat_id=first(api),
        message_id=sent["result"]["message_id"],
        text="changed",
        reply_markup=KEYBOARD,
    )

    await expect(page.locator(".bot .text")).to_have_text("changed")
    await expect(page.get_by_role("button", name="👍 Song")).to_be_focused()
    assert await page.locator(".bot").count() == 1


async def test_links_open_elsewhere_without_a_referrer(page: Page, api: LocalBotApi, ask: Any):
    text = '<a href="https://example.org/">a</a> <a href="javascript:alert(1)">b</a>'

    await ask(
        "sendMessage", chat_id=first(api), text=text, parse_mode="HTML", reply_markup=KEYBOARD
    )

    links = page.locator(".bot a")
    await expect(links).to_have_count(2)
    for place in range(2):
        await expect(links.nth(place)).to_have_attribute("target", "_blank")
        await expect(links.nth(place)).to_have_attribute("rel", "noreferrer noopener")


async def test_alert_has_to_be_closed(page: Page, api: LocalBotApi, ask: Any):
    await ask("sendMessage", chat_id=first(api), text="x", reply_markup=KEYBOARD)
    await page.get_by_role("button", name="👍 Song").click()
    query = (await seen_by_bot(ask))["callback_query"]

    await ask("answerCallbackQuery", callback_query_id=query["id"], text="Hear", show_alert=True)

    await expect(page.get_by_role("dialog")).to_contain_text("Hear")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_camera_photo_reaches_the_bot(page: Page, api: LocalBotApi, ask: Any):
    await page.get_by_role("button", name="Send a selfie").click()
    await page.get_by_role("button", name="Take a photo").click()
    await page.locator(".use").click()

    await expect(page.locator(".own .photo img")).to_be_visible()
    sizes = (await seen_by_bot(ask))["message"]["photo"]
    content = api.desk.conversation.files.find(sizes[-1]["file_id"]).content
    with Image.open(io.BytesIO(content)) as taken:
        assert taken.size == (sizes[-1]["width"], sizes[-1]["height"])


async def test_camera_clip_reaches_the_bot(page: Page, ask: Any):
    await page.get_by_role("button", name="Open the camera").click()
    await page.get_by_text("Clip", exact=True).click()
    await page.get_by_role("button", name="Start recording").click()
    await page.wait_for_timeout(1200)
    await page.get_by_role("button", name="Stop recording").click()
    await page.locator(".use").click()

    message = (await seen_by_bot(ask))["message"]
    assert message["video"]["duration"] >= 1
    assert message["video"]["width"] > 0


async def test_escape_closes_the_camera_and_stops_it(page: Page):
    await page.get_by_role("button", name="Open the camera").click()
    await expect(page.get_by_role("button", name="Take a photo")).to_be_enabled()

    await page.keyboard.press("Escape")

    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator(".finder")).to_have_js_property("srcObject", None)


async def test_dropped_picture_is_sent(page: Page, ask: Any, picture: bytes):
    transfer = await page.evaluate_handle(
        """bytes => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "me.jpg", {type: "image/jpeg"}));
            return transfer;
        }""",
        list(picture),
    )

    await page.dispatch_event(".chat", "drop", {"dataTransfer": transfer})

    assert (await seen_by_bot(ask))["message"]["photo"][-1]["file_size"] == len(picture)
    await expect(page.locator(".own .photo img")).to_be_visible()


async def test_picture_of_the_bot_is_shown(page: Page, api: LocalBotApi, ask: Any, picture: bytes):
    await api.person("Bob").send_picture(picture)
    file_id = (await seen_by_bot(ask))["message"]["photo"][-1]["file_id"]

    await ask("sendPhoto", chat_id=first(api), photo=file_id, caption="yours")

    shown = page.locator(".chat.active .bot .photo img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("image => image.naturalWidth") == 640


async def test_commands_are_offered_while_typing(page: Page, ask: Any):
    commands = [
        {"command": "mood", "description": "Pick a mood"},
        {"command": "help", "description": "What I do"},
    ]
    await ask("setMyCommands", commands=commands)
    await page.get_by_label("Message as Alice").press_sequentially("/m")

    await expect(page.get_by_role("menuitem")).to_have_count(1)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")

    assert (await seen_by_bot(ask))["message"]["text"] == "/mood"


async def test_chat_action_is_shown_until_the_message(page: Page, api: LocalBotApi, ask: Any):
    await ask("sendChatAction", chat_id=first(api), action="typing")
    await expect(page.locator(".status")).to_have_text("Tunemirror is typing")

    await ask("sendMessage", chat_id=first(api), text="x")

    await expect(page.locator(".status")).to_have_text("with Tunemirror")


async def test_people_sit_side_by_side_or_under_tabs(page: Page, api: LocalBotApi, ask: Any):
    await page.get_by_role("button", name="Add person").click()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("tab", name="Bob")).to_have_attribute("aria-selected", "true")
    assert await page.locator(".chat:visible").count() == 1

    await page.get_by_label("Message as Bob").fill("me too")
    await page.keyboard.press("Enter")
    assert (await seen_by_bot(ask))["message"]["from"]["first_name"] == "Bob"
    await page.set_viewport_size({"width": 1280, "height": 800})

    assert await page.locator(".chat:visible").count() == 2


async def test_nothing_is_wider_than_a_phone(page: Page, api: LocalBotApi, ask: Any):
    await ask("sendMessage", chat_id=first(api), text="w" * 300, reply_markup=KEYBOARD)
    await expect(page.locator(".bot .text")).to_be_visible()

    for selector in (".top", ".chat", ".bubble", ".keyboard", ".composer"):
        box = await page.locator(selector).first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360


async def test_the_message_box_comes_before_all_messages(page: Page, api: LocalBotApi, ask: Any):
    for _ in range(20):
        await ask("sendMessage", chat_id=first(api), text="Songs", reply_markup=KEYBOARD)
    await expect(page.locator(".bot .key").last).to_be_visible()
    await page.locator("body").evaluate("body => body.ownerDocument.activeElement.blur()")

    for _ in range(2):  # the link that skips, and the box itself
        await page.keyboard.press("Tab")

    assert await page.locator("textarea:focus").count() == 1


async def test_the_first_tab_skips_to_the_message_box(page: Page):
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()

    await page.keyboard.press("Enter")

    await expect(page.get_by_label("Message as Alice")).to_be_focused()


async def test_a_keyboard_is_one_tab_stop_and_arrows_lead_through_it(
    page: Page, api: LocalBotApi, ask: Any
):
    for _ in range(2):
        await ask("sendMessage", chat_id=first(api), text="Songs", reply_markup=KEYBOARD)
    keys = page.locator(".bot .key")
    await expect(keys).to_have_count(4)
    await keys.nth(0).focus()

    await page.keyboard.press("ArrowRight")
    await expect(keys.nth(1)).to_be_focused()
    await page.keyboard.press("Tab")

    await expect(keys.nth(2)).to_be_focused()


async def test_pictures_are_named_by_what_they_show(page: Page, api: LocalBotApi, ask: Any):
    page_files = page.locator("input[type=file]")
    await page_files.set_input_files(
        FilePayload(name="me.png", mimeType="image/png", buffer=PIXELS)
    )

    await expect(page.get_by_role("img", name="Alice's own picture")).to_be_visible()
    assert await page.get_by_role("button", name="Enlarge Alice's own picture").count() == 1


async def test_several_files_are_an_album_and_the_text_is_their_caption(page: Page, ask: Any):
    await page.get_by_label("Message as Alice").fill("us two")
    await page.locator("input[type=file]").set_input_files(
        [FilePayload(name=f"{n}.png", mimeType="image/png", buffer=PIXELS) for n in range(2)]
    )

    await expect(page.locator(".own.album")).to_have_count(2)
    found = (await ask("getUpdates", timeout=5))["result"]
    assert [message["message"].get("caption") for message in found] == ["us two", None]
    assert len({message["message"]["media_group_id"] for message in found}) == 1


async def test_the_arrow_up_edits_the_last_message(page: Page, ask: Any):
    box = page.get_by_label("Message as Alice")
    await box.fill("sat")
    await page.keyboard.press("Enter")
    await expect(page.locator(".own .text")).to_have_text("sat")

    await page.keyboard.press("ArrowUp")
    await expect(box).to_have_value("sat")
    await box.fill("sad")
    await page.keyboard.press("Enter")

    await expect(page.locator(".own .text")).to_have_text("sad")
    await expect(page.locator(".own")).to_have_count(1)
    assert (await seen_by_bot(ask))["edited_message"]["text"] == "sad"


async def test_escape_leaves_a_message_as_it_was(page: Page):
    box = page.get_by_label("Message as Alice")
    await box.fill("sad")
    await page.keyboard.press("Enter")
    await expect(page.locator(".own .text")).to_have_text("sad")

    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Escape")

    await expect(box).to_have_value("")
    await expect(page.locator(".own .text")).to_have_text("sad")
