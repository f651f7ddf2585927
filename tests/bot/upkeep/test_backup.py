"""Backups of a running bot, put back into a running bot, and into another kind of database."""

import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.answers import Wish, save_answer
from bot.storage.database import Database
from bot.storage.history import StoredTrack
from bot.storage.inbox import IncomingUpdate, store_updates
from bot.storage.ratings import ratings_of, save_rating
from bot.storage.readings import ReadingSource, readings_of
from bot.storage.tables import SuggestionRow
from bot.storage.users import forget_user
from bot.upkeep.backup import BackupError, back_up, restore
from graph.tracks import TrackId
from inference.emotions import Emotion, EmotionScores
from tests.conftest import Running, has_songs, until

ALICE = 11
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRACK = StoredTrack(TrackId("t"), "Ein Titel «ü»", "An artist")
WISH = Wish(ALICE, ALICE, 5, "en", EmotionScores.only(Emotion.SAD), ReadingSource.WORDS)


def live(session: Session) -> None:
    """Leave a person, a reading, a suggestion, a rating, and words that wait."""
    save_answer(session, WISH, [TRACK], version="000001", at=NOON)
    save_rating(session, ALICE, TRACK, liked=True, at=NOON)
    waiting = IncomingUpdate(6, ALICE, '{"text": "private words"}')
    store_updates(session, [waiting], bot_id=1, at=NOON)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def permissions(path: Path) -> int:
    return path.stat().st_mode


def damage_it(file: Path, damage: str) -> None:
    """Leave a backup cut, changed, replaced or gone."""
    content = file.read_bytes()
    half = len(content) // 2
    match damage:
        case "cut":
            file.write_bytes(content[:half])
        case "flipped":
            file.write_bytes(content[:half] + bytes([content[half] ^ 255]) + content[half + 1 :])
        case "letter":
            file.write_bytes(b"Dear bot")
        case _:
            file.unlink()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "backup.tar.gz"


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
async def test_rows_come_back_into_either_database(
    request: pytest.FixtureRequest, database: Database, own_graph: Path, file: Path, target: str
):
    await database.run(live)
    back_up(database.url, own_graph, file, at=NOON)
    url = database.url if target == "sqlite" else request.getfixturevalue("postgresql_url")
    other = await Database.open(url)
    await other.run(forget_user, ALICE)

    restore(url, own_graph, file)

    (reading,) = await other.run(readings_of, ALICE, 9)
    ratings = await other.run(ratings_of, ALICE)
    answers = await other.run(lambda s: list(s.scalars(select(SuggestionRow.update_id))))
    saved = await other.run(save_answer, WISH, [TRACK], version="000001", at=NOON)
    await other.close()
    assert (reading.scores, reading.at) == (WISH.scores, NOON)
    assert ratings == {TRACK.track_id: True}
    assert answers == [None]  # an update elsewhere that has this number is no repetition
    assert saved.suggestion_id > 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_number_of_an_answer_from_after_the_backup_is_not_given_again(
    request: pytest.FixtureRequest, own_graph: Path, file: Path, kind: str
):
    url = request.getfixturevalue(f"{kind}_url")
    database = await Database.open(url)
    await database.run(live)
    back_up(url, own_graph, file, at=NOON)
    later = replace(WISH, update_id=7)
    sent = await database.run(save_answer, later, [TRACK], version="000001", at=NOON)

    restore(url, own_graph, file)

    new = replace(WISH, update_id=8)
    saved = await database.run(save_answer, new, [TRACK], version="000001", at=NOON)
    await database.close()
    assert saved.suggestion_id > sent.suggestion_id  # its buttons show other songs


async def test_people_in_the_log_are_in_the_backup(database: Database, own_graph: Path, file: Path):
    await database.run(live)  # open: what was written stands in the write-ahead log

    contents = back_up(database.url, own_graph, file, at=NOON)

    assert contents.rows["users"] == 1
    assert contents.rows["ratings"] == 1


async def test_backup_is_private_and_holds_no_words(
    database: Database, own_graph: Path, file: Path, tmp_path: Path
):
    await database.run(live)
    back_up(database.url, own_graph, file, at=NOON)

    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "out", filter="data")

    contents = [path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert permissions(file) & 0o077 == 0
    assert not any(b"private words" in content for content in contents)
    assert names_in(file.parent) == [file.name]


async def test_a_file_that_is_there_is_not_overwritten(
    database: Database, own_graph: Path, file: Path
):
    back_up(database.url, own_graph, file, at=NOON)

    with pytest.raises(BackupError, match="is there already"):
        back_up(database.url, own_graph, file, at=NOON)


@pytest.mark.parametrize("damage", ["cut", "flipped", "letter", "missing"])
async def test_damaged_backup_changes_nothing(
    database: Database, own_graph: Path, file: Path, damage: str
):
    await database.run(live)
    back_up(database.url, own_graph, file, at=NOON)
    damage_it(file, damage)
    before = names_in(own_graph)

    with pytest.raises(BackupError, match="no whole backup"):
        restore(database.url, own_graph, file)

    assert await database.run(ratings_of, ALICE) == {TRACK.track_id: True}
    assert names_in(own_graph) == before


async def test_backup_of_another_version_says_what_to_do(
    database: Database, own_graph: Path, file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bot.upkeep.backup.revisions", lambda: ["0003"])
    back_up(database.url, own_graph, file, at=NOON)
    monkeypatch.undo()

    with pytest.raises(BackupError, match=r"0003, .* with the version that made it"):
        restore(database.url, own_graph, file)


async def test_backup_is_put_back_into_a_running_bot(running: Running, file: Path):
    alice, services = running.person(), running.services
    url, graph = services.settings.database_url, services.settings.graph_dir
    await alice.say("sad")
    await alice.wait_for_message(suits=has_songs)
    first = services.graph.snapshot.version
    back_up(url, graph, file, at=NOON)
    await services.database.run(forget_user, alice.id)
    await alice.say("calm")
    lost = await alice.wait_for_message(suits=has_songs)

    restore(url, graph, file)

    await until(lambda: services.graph.snapshot.version > first)
    assert await services.database.run(readings_of, alice.id, 9)
    await alice.say("happy")
    await alice.wait_for_message(suits=has_songs)
    assert "too old" in (await alice.press("More songs", under=lost.id)).text
