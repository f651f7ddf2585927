"""What a person sees of their own moods: the whole bot over real HTTP."""

import io
import json

import pandas as pd

from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.storage.readings import readings_of
from inference.emotions import EMOTIONS
from tests.conftest import Running, has_songs, labels, open_ratings, settled

PATIENCE_S = 30.0


async def live(person: Person) -> ChatMessage:
    """Feel three moods, and return the history."""
    for mood in ("sad", "happy", "angry"):
        await person.say(mood)
        await person.wait_for_message(suits=has_songs)
    await person.say("/history")
    return await person.wait_for_message("Your moods")


def content_of(running: Running, message: ChatMessage) -> bytes:
    return running.api.desk.conversation.files.find(message.raw["document"]["file_id"]).content


async def test_an_entry_can_be_deleted_in_place(running: Running) -> None:
    alice = running.person()
    history = await live(alice)

    await alice.press("🗑 Delete entries")
    await alice.wait_until(lambda message: "🗑 2" in labels(message))
    await alice.press("🗑 2")

    left = await alice.wait_until(lambda m: "🗑 2" in labels(m) and "🗑 3" not in labels(m))
    assert left.id == history.id
    assert "happy" not in left.text
    assert len(await running.services.database.run(readings_of, alice.id, 10)) == 2


async def test_a_chart_changes_in_place(running: Running) -> None:
    alice = running.person()
    await live(alice)

    await alice.press("📊 Chart")
    chart = await alice.wait_for_message(
        suits=lambda message: "photo" in message.raw, timeout_s=PATIENCE_S
    )
    await alice.press("🗓 Calendar", under=chart.id)
    calendar = await alice.wait_until(lambda message: "🗓 Calendar ✓" in labels(message))
    await alice.press("🌙 Dark", under=chart.id)
    dark = await alice.wait_until(lambda message: "☀️ Light" in labels(message))

    assert chart.id == calendar.id == dark.id
    assert all(mood in chart.text for mood in ("angry 1", "happy 1", "sad 1"))
    assert "30 days ✓" in labels(chart)


async def test_export_brings_a_table_and_everything(running: Running) -> None:
    alice = running.person()
    await live(alice)

    await alice.say("/export")

    table = await alice.wait_for_message("table")
    everything = await alice.wait_for_message("Everything")
    found = pd.read_csv(io.BytesIO(content_of(running, table)))
    assert found.groupby("mood").size().to_dict() == {"angry": 5, "happy": 5, "sad": 5}
    assert found["title"].notna().all()
    assert len(json.loads(content_of(running, everything))["readings"]) == 3


async def test_an_export_reopens_in_pandas_with_times_numbers_and_ratings(running: Running) -> None:
    alice = running.person()
    await alice.say("sad")
    card = await alice.wait_for_message(suits=has_songs)
    await open_ratings(alice, card)
    await alice.press("👍 2")
    await settled(running)

    await alice.say("/export")

    table = await alice.wait_for_message("table")
    everything = await alice.wait_for_message("Everything")
    csv = pd.read_csv(io.BytesIO(content_of(running, table)), parse_dates=["at"])
    kept = json.loads(content_of(running, everything))
    readings, tracks = pd.DataFrame(kept["readings"]), pd.DataFrame(kept["suggestion_tracks"])
    assert csv["at"].dt.tz is not None
    assert csv[[*EMOTIONS]].sum(axis=1).round(3).eq(1).all()
    assert csv.loc[csv["liked"] == True, "position"].tolist() == [2]  # noqa: E712 - a column
    assert csv["title"].tolist() == tracks["title"].tolist()
    assert pd.json_normalize(readings["scores"].tolist())["sad"].tolist() == [1.0]
    assert pd.DataFrame(kept["users"])["id"].tolist() == [alice.id]
