from pathlib import Path
from typing import Any

import pytest

from bot.localchat.schema import Spec
from bot.localchat.server import LocalBotApi

pytestmark = pytest.mark.shared


@pytest.fixture
def spec(spec_path: Path) -> Spec:
    return Spec.load(spec_path)


KEYBOARD = '{"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}'
MEDIA = '[{"type": "photo", "media": "attach://a"}, {"type": "photo", "media": "attach://b"}]'


@pytest.mark.parametrize(
    ("method", "values", "uploads"),
    [
        ("sendMessage", {"chat_id": "7", "text": "x", "reply_markup": KEYBOARD}, ()),
        ("sendMessage", {"chat_id": 7, "text": "12", "disable_notification": "true"}, ()),
        ("sendPhoto", {"chat_id": "7"}, ("photo",)),
        ("sendPhoto", {"chat_id": "7", "photo": "attach://p"}, ("p",)),
        ("sendPhoto", {"chat_id": "7", "photo": "AgAD"}, ()),
        ("sendMediaGroup", {"chat_id": "7", "media": MEDIA}, ("a", "b")),
        ("getUpdates", {"timeout": "10", "allowed_updates": '["message"]'}, ()),
        ("editMessageMedia", {"media": '{"type": "photo", "media": "x"}'}, ()),
    ],
)
def test_right_calls_pass(spec: Spec, method: str, values: dict[str, Any], uploads: tuple[str]):
    assert spec.faults_of_call(method, values, uploads) == []


@pytest.mark.parametrize(
    ("method", "values", "uploads", "fault"),
    [
        ("sendMesage", {}, (), "no such method"),
        ("sendMessage", {"chat_id": 7}, (), "sendMessage.text: required"),
        ("sendMessage", {"chat_id": 7, "text": "x", "txt": "y"}, (), "txt: no such field"),
        ("sendMessage", {"chat_id": 7, "text": 5}, (), "text: expected String, found int"),
        ("getUpdates", {"timeout": "soon"}, (), "timeout: expected Integer, found str"),
        ("getUpdates", {"timeout": True}, (), "timeout: expected Integer, found bool"),
        ("getUpdates", {"allowed_updates": "message"}, (), "expected Array of String"),
        (
            "sendMessage",
            {"chat_id": 7, "text": "x", "reply_markup": '{"inline_keyboard": [[{"txt": 1}]]}'},
            (),
            "no such field",
        ),
        ("sendMediaGroup", {"chat_id": 7, "media": MEDIA}, ("a", "c"), "file c is used nowhere"),
        ("sendPhoto", {"chat_id": 7}, (), "photo: required"),
    ],
)
def test_wrong_calls_are_named(
    spec: Spec, method: str, values: dict[str, Any], uploads: tuple[str], fault: str
):
    assert any(fault in found for found in spec.faults_of_call(method, values, uploads))


def test_update_with_a_wrong_part_is_named(spec: Spec):
    user = {"id": 1, "is_bot": False, "first_name": "A"}
    chat = {"id": 1, "type": "private"}
    message = {"message_id": 1, "date": 5, "chat": chat, "from": user, "text": "x"}

    assert spec.faults_of_update({"update_id": 1, "message": message}) == []
    assert spec.faults_of_update({"update_id": 1, "message": message | {"date": "now"}}) == [
        "update.message.date: expected Integer, found str"
    ]
    assert spec.faults_of_update({"update_id": 1, "news": {}}) == ["update.news: no such field"]
    assert len(spec.faults_of_update({"update_id": 1})) == 1


async def test_people_cause_right_updates_only(spec: Spec, picture: bytes, clip: bytes):
    async with LocalBotApi.start() as api:
        alice = api.person("Alice")
        await alice.say("/mood 😢 see https://x.org")
        await alice.send_picture(picture)
        await alice.send_picture(picture, as_document=True)
        for kind in ("video", "video_note", "animation"):
            await alice.send_clip(clip, kind=kind)
        markup = {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}
        api.desk.conversation.post(alice.chat, {"text": "q", "reply_markup": markup})
        alice.press_only("x")

        updates = api.desk.conversation.updates.first(100)

    assert len(updates) == 7
    assert [fault for update in updates for fault in spec.faults_of_update(update)] == []
