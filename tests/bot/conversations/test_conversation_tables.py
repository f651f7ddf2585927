"""A table of songs sent to the bot: read aside, reported, and used only when the admin says so."""

import asyncio
import csv
import gzip
import io
import os
import re
import signal
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.localchat.driver import Person
from bot.localchat.heard import ChatMessage
from bot.upkeep.offers import Offer, clear_unread
from bot.upkeep.processes import run_graph
from graph.importing.catalogue import read_catalogue
from graph.snapshot.versions import versions
from tests.bot.conversations.test_conversation_admin import ADMIN, BUILD_S, outcomes
from tests.bot.conversations.test_conversation_buttons import OLD, press_data
from tests.conftest import STARTER, Running, StartBot, answers_to, has_songs, labels, settled
from tests.graph.conftest import Row, song, songs

pytestmark = pytest.mark.slow
CHOICES = {"Replace all", "Add to the present songs", "Discard"}


def table(rows: Iterable[Row]) -> bytes:
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def starter(n: int) -> bytes:
    """The first rows of the starter catalogue."""
    return b"".join(STARTER.read_bytes().splitlines(keepends=True)[: n + 1])


async def report(person: Person, content: bytes, name: str = "songs.csv") -> ChatMessage:
    """Send a table, and return what the bot says in the end."""
    await person.send_document(content, name=name)
    reading = await person.wait_for_message("Reading the songs")
    return await person.wait_until(
        lambda m: m.id == reading.id and "Reading the songs" not in m.text, timeout_s=BUILD_S
    )


def choices(message: ChatMessage) -> set[str]:
    """What can be done with a table, without the numbers of songs."""
    return {re.sub(r" [\d,]+ .*", "", label) for label in labels(message)}


async def sure_of(person: Person, under: ChatMessage) -> None:
    """Say a second time that all songs may be replaced."""
    asked = await person.wait_until(
        lambda m: m.id == under.id and any("Yes, replace" in each for each in labels(m))
    )
    await person.press("Yes, replace", under=asked.id)


async def built(person: Person, button: str, under: ChatMessage) -> ChatMessage:
    """Press a button that builds, twice where it replaces all; return the bot's last words."""
    await person.press(button, under=under.id)
    if button.startswith("Replace"):
        await sure_of(person, under)
    building = await person.wait_for_message("Building the song graph")
    return await person.wait_until(
        lambda m: m.id == building.id and "Building the song graph" not in m.text,
        timeout_s=BUILD_S,
    )


def in_use(running: Running) -> tuple[int, int]:
    """How many songs the bot chooses from, and how many the next build would have."""
    catalogue = read_catalogue(running.services.settings.graph_dir)
    return len(running.services.graph.snapshot), len(catalogue)


def offered(running: Running) -> list[str]:
    folder = running.services.settings.graph_dir / "offered"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def child(word: str) -> int | None:
    """The number of our process that runs a command of the graph, once there is one."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if int(parent) == os.getpid() and command[2:4] == [b"graph", word.encode()]:
            return int(folder.name)
    return None


async def killed(word: str) -> None:
    """Kill the process that the bot has started for a command of the graph."""
    async with asyncio.timeout(BUILD_S):
        while not (found := child(word)):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)
    os.kill(found, signal.SIGKILL)


async def test_report_says_what_became_of_every_row(start_bot: StartBot) -> None:
    rows = [
        *songs(20),
        song("Song 3", "Artist 3"),
        song("<b>Bold</b> & \n\u202eturned", duration_ms=3_600_000),
        song("", "Nobody"),
    ]
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")

        told = await report(admin, table(rows))

        assert "Rows read: 23" in told.text
        assert "Songs I can use: 20" in told.text
        assert "title and artist: 1" in told.text
        assert "Left out: 2" in told.text
        assert "1: longer than 15 minutes, such as “<b>Bold</b> & turned” (row 22)" in told.text
        assert "1: no title" in told.text
        assert choices(told) == CHOICES
        assert in_use(running) == (2112, 2112)
        written = await running.services.database.run(outcomes)
        assert [row[1:] for row in written] == [("table", "read: 20 songs")]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (table(songs(20)), "songs.tsv"),
        (gzip.compress(table(songs(20)), mtime=0), "songs.csv.gz"),
        (b'{"title": "A", "artist": "B", "valence": 0.5, "energy": 0.4}\n', "songs.jsonl"),
    ],
)
async def test_tables_of_many_forms_are_read(
    start_bot: StartBot, content: bytes, name: str
) -> None:
    async with start_bot(admins=ADMIN) as running:
        told = await report(running.person("Admin"), content, name)

        assert choices(told) == CHOICES
        assert [Path(path).name for path in offered(running)] == ["tracks.parquet", "songs"]


STEPPED = [song(f"Song {at}", valence=1 + at % 9) for at in range(40)]
RESCALED = [song(f"Song {at}", tempo=at / 40) for at in range(40)]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"PK\x03\x04" + bytes(200), "songs.xlsx", "save it as CSV"),
        (b"%PDF-1.7 " + bytes(range(256)), "songs.pdf", "cannot find a table of songs"),
        (b"", "songs.csv", ""),
        (b"title,artist\nA,B\n", "songs.csv", "no column for valence, energy"),
        (b"title,artist,valence,energy\n", "songs.csv", "no songs below"),
        (table(RESCALED), "songs.csv", "values of tempo were rescaled"),
        (table(STEPPED), "songs.csv", "neither from 0 to 1"),
        (table([song("")]), "songs.csv", "no song in this table that I can use"),
    ],
)
async def test_what_is_no_table_is_refused_kindly(
    start_bot: StartBot, content: bytes, name: str, words: str
) -> None:
    async with start_bot(admins=ADMIN) as running:
        told = await report(running.person("Admin"), content or b"\n", name)

        assert words in told.text
        assert str(running.services.settings.graph_dir) not in told.text
        assert labels(told) == set()
        assert offered(running) == []


async def test_others_documents_go_on_to_the_reader_of_selfies(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        running.person("Admin")
        alice = running.person("Alice")

        await alice.send_document(table(songs(20)), name="songs.csv")

        assert (await alice.wait_for_message("cannot read this kind of file")).text
        assert offered(running) == []


async def test_a_picture_of_an_admin_is_still_a_selfie(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")

        await admin.send_document(b"\xff\xd8\xff but broken", name="me.jpg")

        assert (await admin.wait_for_message("cannot open this file")).text


async def test_built_songs_take_the_place_of_those_before(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        told = await report(admin, starter(1800))

        done = await built(admin, "Replace all", told)

        assert "the graph now holds 1,800 songs" in done.text
        assert in_use(running) == (1800, 1800)
        assert offered(running) == []
        assert "songs 2,112 1,800" in " ".join(done.text.split())
        await admin.say("sad")
        assert (await admin.wait_for_message(suits=has_songs)).text


async def test_added_songs_stand_beside_those_before(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        before = set(read_catalogue(running.services.settings.graph_dir)["id"].to_pylist())
        told = await report(admin, table(songs(30)))

        done = await built(admin, "Add to the present songs", told)

        after = set(read_catalogue(running.services.settings.graph_dir)["id"].to_pylist())
        assert "the graph now holds 2,142 songs" in done.text
        assert before < after
        assert in_use(running) == (2142, 2142)


async def test_songs_that_are_there_already_change_nothing(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        version = running.services.graph.snapshot.version
        told = await report(admin, starter(30))

        done = await built(admin, "Add to the present songs", told)

        assert "there already" in done.text
        assert running.services.graph.snapshot.version == version


async def test_a_worse_graph_is_published_only_if_forced(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        told = await report(admin, starter(200))

        refused = await built(admin, "Replace all", told)
        meanwhile = in_use(running)
        forced = await built(admin, "Publish anyway", refused)

        assert "Not published" in refused.text
        assert "happy songs:" in refused.text
        assert labels(refused) == {"Publish anyway", "Leave it"}
        assert meanwhile == (2112, 2112)
        assert "the graph now holds 200 songs" in forced.text
        assert in_use(running) == (200, 200)


async def test_discarded_songs_are_gone_and_old_buttons_say_so(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        first = await report(admin, starter(100))
        second = await report(admin, starter(100))

        old = await admin.press("Replace all", under=first.id)
        discarded = await admin.press("Discard", under=second.id)
        await settled(running)

        assert "no longer have these songs" in old.text
        assert "Discarded" in discarded.text
        assert offered(running) == []
        assert all(not labels(message) for message in admin.messages)
        assert in_use(running) == (2112, 2112)


async def test_a_graph_that_changed_meanwhile_is_compared_anew(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        refused = await built(admin, "Replace all", await report(admin, starter(200)))
        await admin.say("/rebuild")
        await admin.wait_until(lambda m: "Done" in m.text, timeout_s=BUILD_S)

        old = await admin.press("Publish anyway", under=refused.id)

        assert "have changed since" in old.text
        assert in_use(running) == (2112, 2112)


async def test_buttons_work_for_admins_only(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin, alice = running.person("Admin"), running.person("Alice")
        told = await report(admin, starter(100))
        data = [button.data for row in told.buttons for button in row]
        await alice.say("hello")
        greeting = await alice.wait_for_message()

        for each in [*data, "l:0:build:1"]:
            press_data(running, alice, greeting, each or "")

            [answer] = await answers_to(running, each or "")
            assert OLD in answer
        assert offered(running) != []
        assert in_use(running) == (2112, 2112)


@pytest.mark.parametrize("word", ["import", "build"])
async def test_a_killed_process_leaves_everything_and_the_next_is_clean(
    start_bot: StartBot, word: str
) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        before, directory = running.services.graph.snapshot, running.services.settings.graph_dir
        if word == "import":
            await admin.send_document(starter(2112), name="songs.csv")
        else:
            told = await report(admin, starter(1800))
            await admin.press("Replace all", under=told.id)
            await sure_of(admin, told)

        await killed(word)

        failed = await admin.wait_until(lambda m: "stopped from outside" in m.text)
        await admin.say("sad")
        assert (await admin.wait_for_message(suits=has_songs)).text
        assert "Traceback" not in failed.text
        assert running.services.graph.snapshot is before
        assert versions(directory) == [before.version]
        told = failed if word == "build" else await report(admin, starter(1800))
        assert "1,800 songs" in (await built(admin, "Replace all", told)).text
        assert not list(directory.rglob(".tmp-*"))
        assert offered(running) == []


async def test_people_are_answered_while_a_table_is_read(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin, alice = running.person("Admin"), running.person("Alice")
        await admin.send_document(starter(2112), name="songs.csv")
        await admin.wait_for_message("Reading the songs")

        await alice.say("sad")
        await admin.say("happy")
        await admin.send_document(starter(10), name="songs.csv")

        assert (await alice.wait_for_message(suits=has_songs)).text
        assert (await admin.wait_for_message(suits=has_songs)).text
        assert (await admin.wait_for_message("busy with the songs")).text
        await admin.wait_until(lambda m: "Songs I can use" in m.text, timeout_s=BUILD_S)


async def test_what_a_crash_left_half_read_goes_at_the_next_start(own_graph: Path) -> None:
    left, kept = Offer(own_graph, 1), Offer(own_graph, 2)
    for offer in (left, kept):
        (offer.new / "catalogue").mkdir(parents=True)
    (left.folder / "table").write_bytes(b"songs")

    clear_unread(own_graph)

    assert not left.folder.exists()
    assert kept.folder.exists()


async def test_a_wrong_command_is_a_failure_with_its_words(tmp_path: Path) -> None:
    async def unheard(_: object) -> None:
        pass

    ended = await run_graph(["build", str(tmp_path / "nowhere")], unheard)

    assert not ended.done
    assert "expected a catalogue" in ended.said
