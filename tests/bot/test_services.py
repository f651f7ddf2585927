"""The one use case: songs for a wish, remembered before they are sent, once per update."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from bot.screens.openings import named
from bot.services import Services
from bot.settings import Settings
from bot.storage.answers import Wish, newest_in
from bot.storage.history import StoredTrack, heard_by, mark_sent, suggestion_of
from bot.storage.ratings import save_rating
from bot.storage.readings import ReadingSource, readings_of
from bot.storage.users import save_user
from bot.upkeep.choosing import NoSongsError
from graph.building.build import Settings as BuildSettings
from graph.building.build import build
from graph.choosing.recommend import Aim
from graph.errors import SnapshotError
from graph.snapshot.store import Snapshot
from graph.tracks import TrackId
from inference.emotions import Emotion, EmotionScores
from tests.conftest import until

ALICE, BOB = 1, 2
SAD = Wish(ALICE, ALICE, 100, "en", EmotionScores.only(Emotion.SAD), ReadingSource.WORDS)


@pytest.fixture
async def services(migrated: Path, own_graph: Path, tmp_path: Path) -> AsyncIterator[Services]:
    url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'services.db')}"
    settings = Settings.model_validate({"database_url": url, "graph_dir": own_graph})
    opened = await Services.open(settings)
    yield replace(opened, rng=lambda: np.random.default_rng(7))
    await opened.close()


def ids(songs) -> list[TrackId]:
    return [track.id for track, _ in songs.picks]


async def test_a_wish_brings_five_songs_with_reasons(services: Services) -> None:
    songs = await services.suggest(SAD)

    assert len(ids(songs)) == 5
    assert all(reason is not None for _, reason in songs.picks)


async def test_songs_are_remembered_before_they_are_sent(services: Services) -> None:
    songs = await services.suggest(SAD)

    stored = await services.database.run(suggestion_of, songs.stored.suggestion_id)
    assert stored.message_id is None
    assert [track.track_id for track in stored.tracks] == ids(songs)
    assert stored.version == services.graph.snapshot.version


async def test_the_same_update_gets_the_same_songs(services: Services) -> None:
    first = await services.suggest(SAD)

    again = await services.suggest(SAD)

    assert ids(again) == ids(first)
    assert len(await services.database.run(readings_of, ALICE, 10)) == 1


async def test_a_sent_answer_is_known_as_sent(services: Services) -> None:
    first = await services.suggest(SAD)
    await services.database.run(mark_sent, first.stored.suggestion_id, 55)

    again = await services.suggest(SAD)

    assert again.stored.message_id == 55


async def test_a_message_knows_its_newest_suggestion(services: Services) -> None:
    older = await services.suggest(SAD)
    newer = await services.suggest(replace(SAD, update_id=101))
    for songs in (older, newer):
        await services.database.run(mark_sent, songs.stored.suggestion_id, 55)

    assert await services.database.run(newest_in, ALICE, 55) == newer.stored.suggestion_id


async def test_another_reading_is_not_made_for_other_songs(services: Services) -> None:
    first = await services.suggest(SAD)
    reading_id = first.stored.reading.reading_id

    more = await services.suggest(replace(SAD, update_id=101, reading_id=reading_id, aim=Aim.LIFT))

    assert more.stored.reading.reading_id == reading_id
    assert len(await services.database.run(readings_of, ALICE, 10)) == 1


async def test_an_uncertain_reading_brings_songs_for_its_two_moods_only(services: Services) -> None:
    weights = {Emotion.NEUTRAL: 0.35, Emotion.HAPPY: 0.3, Emotion.SAD: 0.25, Emotion.FEAR: 0.1}
    unsure = replace(SAD, scores=EmotionScores.from_weights(weights), certain=False)

    answers = [await services.suggest(replace(unsure, update_id=n)) for n in range(6)]

    reasons = {reason.emotion for songs in answers for _, reason in songs.picks if reason}
    assert reasons == {Emotion.NEUTRAL, Emotion.HAPPY}
    assert named(answers[0].stored.scores, services.texts) == "happy and calm"
    assert answers[0].stored.reading.scores == unsure.scores  # what was read stays as it was


async def test_nothing_is_repeated(services: Services) -> None:
    for update_id in range(20):
        await services.suggest(replace(SAD, update_id=update_id))

    assert len(await services.database.run(heard_by, ALICE)) == 100


async def test_what_others_heard_does_not_count(services: Services) -> None:
    first = await services.suggest(SAD)

    his = await services.suggest(replace(SAD, user_id=BOB, chat_id=BOB, update_id=101))

    assert ids(his) == ids(first)


def like_loud_songs(session: Session, snapshot: Snapshot, at: datetime) -> None:
    """Let ten people like metal and dislike folk."""
    tracks = [snapshot.track_at(row) for row in range(len(snapshot))]
    for person in range(10, 20):
        save_user(session, person, language="en", at=at)
        for track in tracks:
            if track.genre in {"metal", "folk"}:
                stored = StoredTrack(track.id, track.title, track.artist)
                save_rating(session, person, stored, liked=track.genre == "metal", at=at)


async def test_what_everybody_likes_reaches_a_newcomer(services: Services) -> None:
    snapshot, now = services.graph.snapshot, services.now()
    before = await services.suggest(SAD)
    await services.database.run(like_loud_songs, snapshot, now)

    async with services.watching():
        await until(lambda: services.shared_taste.of(snapshot) is not None)
        after = await services.suggest(replace(SAD, user_id=BOB, chat_id=BOB, update_id=101))

    assert ids(after) != ids(before)  # by the same chance, as the test above shows


async def test_learning_that_fails_is_written_down(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    services.graph.snapshot = None  # type: ignore[assignment]  # a fault of ours

    async with services.watching():
        await until(lambda: "watching_stopped" in caplog.text)

    assert "AttributeError" in caplog.text


async def test_a_dislike_is_never_suggested_again(services: Services) -> None:
    first = await services.suggest(SAD)
    disliked = first.stored.tracks[0]
    run, at = services.database.run, services.now()
    await run(save_rating, ALICE, disliked, liked=False, at=at)

    later = [await services.suggest(replace(SAD, update_id=200 + n)) for n in range(30)]

    assert disliked.track_id not in {track_id for songs in later for track_id in ids(songs)}


async def test_everything_disliked_leaves_no_songs(services: Services) -> None:
    first = await services.suggest(SAD)
    snapshot = services.graph.snapshot
    for row in range(len(snapshot)):
        track = replace(first.stored.tracks[0], track_id=snapshot.track_at(row).id)
        await services.database.run(save_rating, ALICE, track, liked=False, at=services.now())

    with pytest.raises(NoSongsError):
        await services.suggest(replace(SAD, update_id=101))


async def test_a_song_that_left_the_catalogue_keeps_its_words(services: Services) -> None:
    first = await services.suggest(SAD)
    smaller = tracks_without(services, set(ids(first)))

    services.graph.snapshot = smaller
    again = await services.suggest(SAD)

    assert [track.title for track, _ in again.picks] == [track.title for track, _ in first.picks]


def tracks_without(services: Services, gone: set[TrackId]):
    """Return the snapshot with other names for some of its songs."""
    arrays = dict(services.graph.snapshot._arrays)
    known = np.array(arrays["id"])
    known[np.isin(known, [track_id.encode() for track_id in gone])] = b"gone"
    arrays["id"], arrays["id_order"] = known, np.argsort(known)
    return replace(services.graph.snapshot, _arrays=arrays)


async def test_a_swap_takes_the_newest_graph(services: Services, own_graph: Path) -> None:
    before = services.graph.snapshot
    await asyncio.to_thread(build, own_graph, BuildSettings(), lambda _step, _done: None)

    await services.graph.swap()

    assert services.graph.snapshot.version > before.version


async def test_a_swap_to_a_damaged_graph_changes_nothing(
    services: Services, own_graph: Path
) -> None:
    before = services.graph.snapshot
    (own_graph / "current").write_text("999999\n", encoding="ascii")

    with pytest.raises(SnapshotError):
        await services.graph.swap()

    assert services.graph.snapshot is before


async def test_a_running_request_keeps_its_graph(services: Services, own_graph: Path) -> None:
    before = services.graph.snapshot.version
    await asyncio.to_thread(build, own_graph, BuildSettings(), lambda _step, _done: None)

    wishes = [replace(SAD, user_id=n, chat_id=n, update_id=n) for n in range(1, 9)]
    answers, after = await asyncio.gather(
        asyncio.gather(*map(services.suggest, wishes)), services.graph.swap()
    )

    assert {songs.stored.version for songs in answers} <= {before, after.version}
    assert all(len(ids(songs)) == 5 for songs in answers)
