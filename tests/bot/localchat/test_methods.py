import json
from typing import Any

import aiohttp
import pytest

from bot.localchat.files import DOWNLOAD_LIMIT_BYTES
from bot.localchat.server import LocalBotApi

# Any: JSON of all kinds goes in and out.
Markup = dict[str, Any]
BROKEN = "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""


def keyboard(**button: str) -> Markup:
    return {"inline_keyboard": [[{"text": "x"} | button]]}


async def test_message_arrives_with_entities_and_buttons(api: LocalBotApi, ask: Any):
    alice = api.person("Alice")

    await ask(
        "sendMessage",
        chat_id=alice.id,
        text="<b>x</b>",
        parse_mode="HTML",
        reply_markup=keyboard(callback_data="y"),
    )

    heard = await alice.wait_for_message()
    assert heard.text == "x"
    assert heard.raw["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert heard.buttons[0][0].data == "y"


@pytest.mark.parametrize(
    ("values", "description"),
    [
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": " \n"}, "Bad Request: message text is empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            BROKEN,
        ),
        (
            {"text": "x", "reply_markup": keyboard(callback_data="é" * 33)},
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"text": "x", "reply_markup": keyboard(url="javascript:alert(1)")},
            "Bad Request: inline keyboard button URL 'javascript:alert(1)' is invalid",
        ),
        (
            {"text": "x", "reply_markup": keyboard()},
            "Bad Request: inline keyboard button must have exactly one of the optional fields",
        ),
        (
            {"text": "x", "reply_parameters": {"message_id": 1}},
            "Bad Request: message to be replied not found",
        ),
    ],
)
async def test_message_is_refused(
    api: LocalBotApi, ask: Any, values: dict[str, Any], description: str
):
    alice = api.person("Alice")

    answer = await ask("sendMessage", chat_id=alice.id, **values)

    assert answer == {"ok": False, "error_code": 400, "description": description}
    assert alice.messages == []


async def test_longest_texts_are_taken(api: LocalBotApi, ask: Any):
    alice = api.person("Alice")
    text = f"<b>{'x' * 4096}</b>"

    assert (await ask("sendMessage", chat_id=alice.id, text=text, parse_mode="HTML"))["ok"]
    data = keyboard(callback_data="é" * 32)
    assert (await ask("sendMessage", chat_id=alice.id, text="x", reply_markup=data))["ok"]


async def test_unknown_chat_is_refused(api: LocalBotApi, ask: Any):
    answer = await ask("sendMessage", chat_id=1, text="x")

    assert answer["description"] == "Bad Request: chat not found"


async def test_edit_changes_and_says_when_it_does_not(api: LocalBotApi, ask: Any):
    alice = api.person("Alice")
    place = {"chat_id": alice.id}
    sent = await ask("sendMessage", text="a", reply_markup=keyboard(callback_data="y"), **place)
    place["message_id"] = sent["result"]["message_id"]

    edited = await ask("editMessageText", text="b", **place)
    same = await ask("editMessageText", text="b", **place)
    bare = await ask("editMessageReplyMarkup", **place)
    marked = await ask("editMessageReplyMarkup", reply_markup=keyboard(callback_data="z"), **place)

    assert edited["result"]["text"] == "b"
    assert "reply_markup" not in edited["result"]
    assert same["description"].startswith("Bad Request: message is not modified")
    assert bare["description"].startswith("Bad Request: message is not modified")
    assert marked["result"]["text"] == "b"
    assert [message.text for message in alice.messages] == ["b"]


async def test_only_what_the_bot_sent_can_be_edited(api: LocalBotApi, ask: Any):
    alice = api.person("Alice")
    place = {"chat_id": alice.id, "message_id": await alice.say("mine")}

    own = await ask("editMessageText", text="x", **place)
    gone = await ask("editMessageText", text="x", chat_id=alice.id, message_id=1)

    assert own["description"] == "Bad Request: message can't be edited"
    assert gone["description"] == "Bad Request: message to edit not found"


async def test_deleted_message_is_gone(api: LocalBotApi, ask: Any):
    alice = api.person("Alice")
    place = {"chat_id": alice.id, "message_id": await alice.say("mine")}

    assert (await ask("deleteMessage", **place))["result"] is True
    assert alice.messages == []
    again = await ask("deleteMessage", **place)
    assert again["description"] == "Bad Request: message to delete not found"


async def test_query_is_answered_once(api: LocalBotApi, ask: Any):
    alice = api.person("Alice")
    await ask("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard(callback_data="y"))
    query_id = alice.press_only("y")

    first = await ask("answerCallbackQuery", callback_query_id=query_id, text="seen")
    second = await ask("answerCallbackQuery", callback_query_id=query_id)

    assert first["ok"]
    assert "query is too old" in second["description"]
    assert [answer.text for answer in alice.answers] == ["seen"]


async def test_file_makes_the_round(
    api: LocalBotApi, ask: Any, client: aiohttp.ClientSession, picture: bytes
):
    alice = api.person("Alice")
    await alice.send_picture(picture)
    [update] = (await ask("getUpdates"))["result"]
    small = update["message"]["photo"][0]

    found = (await ask("getFile", file_id=small["file_id"]))["result"]
    address = f"{api.base_url}/file/bot{api.token}/{found['file_path']}"
    async with client.get(address) as first, client.get(address) as second:
        content, again = await first.read(), second.status

    assert found["file_unique_id"] == small["file_unique_id"]
    assert content == picture
    assert again == 200


async def test_file_beyond_20_mb_is_not_handed_out(api: LocalBotApi, ask: Any):
    alice = api.person("Alice")
    await alice.send_document(bytes(DOWNLOAD_LIMIT_BYTES + 1), name="long.mp4")
    [update] = (await ask("getUpdates"))["result"]

    answer = await ask("getFile", file_id=update["message"]["document"]["file_id"])

    assert answer["description"] == "Bad Request: file is too big"


async def test_uploads_arrive_as_sent(
    api: LocalBotApi, client: aiohttp.ClientSession, picture: bytes
):
    alice = api.person("Alice")
    media = [{"type": "photo", "media": f"attach://{name}"} for name in "ab"]
    form = aiohttp.FormData({"chat_id": str(alice.id), "media": json.dumps(media)})
    form.add_field("a", picture, filename="a.jpg")
    form.add_field("b", picture, filename="b.jpg")

    async with client.post(f"{api.base_url}/bot{api.token}/sendMediaGroup", data=form) as answer:
        sent = (await answer.json())["result"]

    assert len({message["media_group_id"] for message in sent}) == 1
    stored = api.desk.conversation.files.find(sent[1]["photo"][-1]["file_id"])
    assert stored.content == picture


async def test_webhook_and_polling_exclude_each_other(api: LocalBotApi, ask: Any):
    await ask("setWebhook", url="http://127.0.0.1:9/hook")

    refused = await ask("getUpdates")
    await ask("deleteWebhook")

    assert refused["error_code"] == 409
    assert (await ask("getUpdates"))["ok"]


async def test_commands_are_kept_by_scope_and_language(api: LocalBotApi, ask: Any):
    command = {"command": "mood", "description": "Pick a mood"}
    await ask("setMyCommands", commands=[command], language_code="fi")

    assert (await ask("getMyCommands", language_code="fi"))["result"] == [command]
    assert (await ask("getMyCommands"))["result"] == []
    await ask("deleteMyCommands", language_code="fi")
    assert (await ask("getMyCommands", language_code="fi"))["result"] == []


async def test_strangers_and_unknown_methods_are_refused(
    api: LocalBotApi, client: aiohttp.ClientSession, ask: Any
):
    async with client.get(f"{api.base_url}/bot1:wrong/getMe") as stranger:
        assert stranger.status == 401
    assert (await ask("flyToTheMoon"))["error_code"] == 404
    assert (await ask("getme"))["result"]["is_bot"] is True


async def test_forms_and_json_say_the_same(api: LocalBotApi, client: aiohttp.ClientSession):
    alice = api.person("Alice")
    address = f"{api.base_url}/bot{api.token}/sendMessage"
    values = {"chat_id": str(alice.id), "text": "5"}

    bodies: list[dict[str, Any]] = [{"data": values}, {"params": values}, {"json": values}]
    for body in bodies:
        async with client.post(address, **body) as answer:
            assert (await answer.json())["ok"]

    assert [message.text for message in alice.messages] == ["5", "5", "5"]
