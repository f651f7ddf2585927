"""/rebuild and /rollback: only for admins, beside the conversation, never for the worse."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handlers import ADMIN_COMMANDS
from bot.storage.tables import AuditRow
from graph.importing.importer import import_files
from graph.snapshot.versions import versions
from tests.conftest import STARTER, Running, StartBot, has_songs, settled

ADMIN = "7000000001"  # the first person of a local chat
BUILD_S = 120.0  # a build takes some seconds; a busy machine makes that many
pytestmark = pytest.mark.slow


def outcomes(session: Session) -> list[tuple[int | None, str, str]]:
    rows = session.scalars(select(AuditRow).order_by(AuditRow.id))
    return [(row.admin_id, row.action, row.outcome) for row in rows]


def catalogue_of(running: Running) -> Path:
    [file] = (running.services.settings.graph_dir / "catalogue").glob("*.parquet")
    return file


@pytest.mark.parametrize("command", ADMIN_COMMANDS)
async def test_others_do_not_learn_of_it(start_bot: StartBot, command: str) -> None:
    async with start_bot(admins=ADMIN) as running:
        running.person("Admin")
        alice = running.person("Alice")

        await alice.say(f"/{command}")

        assert (await alice.wait_for_message("did not understand")).text
        assert await running.services.database.run(outcomes) == []


async def test_only_admins_see_it_in_their_menu(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        menus = [call.values for call in running.api.calls if call.method == "setMyCommands"]

    by_scope = {str(menu.get("scope")): str(menu["commands"]) for menu in menus}
    for command in ADMIN_COMMANDS:
        assert [command in commands for commands in by_scope.values()] == [
            "chat_id" in scope for scope in by_scope
        ]


async def test_only_admins_find_it_in_the_help(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin, alice = running.person("Admin"), running.person("Alice")

        await admin.say("/help")
        await alice.say("/help")

        assert "/rebuild" in (await admin.wait_for_message("For you as an admin")).text
        await alice.wait_for_message("What you can send")
        await settled(running)
        assert not [m for m in alice.messages if m.by_bot and "/rebuild" in m.text]


async def test_a_new_graph_is_used_at_once_and_written_down(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        before = running.services.graph.snapshot.version

        await admin.say("/rebuild")
        done = await admin.wait_until(lambda m: "Done" in m.text, timeout_s=BUILD_S)

        after = running.services.graph.snapshot.version
        [(admin_id, action, outcome)] = await running.services.database.run(outcomes)
        assert after > before
        assert f"{len(running.services.graph.snapshot):,} songs" in done.text
        assert "songs 2,112 2,112" in " ".join(done.text.split())
        assert (admin_id, action, outcome) == (admin.id, "rebuild", f"done: version {after}")


async def test_people_are_answered_while_it_runs(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin, alice = running.person("Admin"), running.person("Alice")
        await admin.say("/rebuild")
        await admin.wait_for_message("Building the song graph")

        await alice.say("sad")
        await admin.say("happy")

        assert (await alice.wait_for_message(suits=has_songs)).text
        assert (await admin.wait_for_message(suits=has_songs)).text
        await admin.wait_until(lambda m: "Done" in m.text, timeout_s=BUILD_S)


async def test_only_one_runs_at_a_time(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")

        await admin.say("/rebuild")
        await admin.say("/rebuild")

        assert (await admin.wait_for_message("busy with the songs")).text
        await admin.wait_until(lambda m: "Done" in m.text, timeout_s=BUILD_S)


async def test_the_old_graph_stays_when_it_fails(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin, directory = running.person("Admin"), running.services.settings.graph_dir
        before = running.services.graph.snapshot
        catalogue_of(running).write_bytes(b"broken")

        await admin.say("/rebuild")

        await admin.wait_until(lambda m: "stays as it was" in m.text, timeout_s=BUILD_S)
        assert running.services.graph.snapshot is before
        assert versions(directory) == [before.version]
        await admin.say("sad")
        assert (await admin.wait_for_message(suits=has_songs)).text


async def test_a_failure_tells_its_reason_and_is_written_down(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        catalogue_of(running).unlink()

        await admin.say("/rebuild")
        failed = await admin.wait_until(lambda m: "Reason" in m.text, timeout_s=BUILD_S)

        written = await running.services.database.run(outcomes)
        assert "catalogue" in failed.text
        assert "Traceback" not in failed.text
        assert [outcome.partition(":")[0] for _, _, outcome in written] == ["failed"]


async def test_a_song_of_the_old_graph_can_still_be_rated(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin = running.person("Admin")
        await admin.say("sad")
        answer = await admin.wait_for_message(suits=has_songs)
        await admin.say("/rebuild")
        await admin.wait_until(lambda m: "Done" in m.text, timeout_s=BUILD_S)

        pressed = await admin.press("👍", under=answer.id)

        assert "Which songs do you like" in pressed.text


async def test_a_worse_graph_waits_for_a_yes(start_bot: StartBot, tmp_path: Path) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin, directory = running.person("Admin"), running.services.settings.graph_dir
        before = running.services.graph.snapshot
        fewer = tmp_path / "fewer.csv"
        fewer.write_bytes(b"".join(STARTER.read_bytes().splitlines(keepends=True)[:300]))
        await asyncio.to_thread(import_files, [fewer], directory, lambda _step, _done: None)

        await admin.say("/rebuild")
        first = await admin.wait_until(lambda m: "Not published" in m.text, timeout_s=BUILD_S)
        await admin.press("Leave it", under=first.id)
        left = running.services.graph.snapshot
        await admin.say("/rebuild")
        second = await admin.wait_until(
            lambda m: "Not published" in m.text and m.id > first.id, timeout_s=BUILD_S
        )
        await admin.press("Publish anyway", under=second.id)
        await admin.wait_until(lambda m: "holds 299 songs" in m.text, timeout_s=BUILD_S)

        assert left is before
        assert len(running.services.graph.snapshot) == 299
        written = await running.services.database.run(outcomes)
        assert [outcome for _, _, outcome in written] == [
            "refused: worse",
            "refused: worse",
            "done: version 000002",
        ]


async def test_rollback_goes_back_once(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin, before = running.person("Admin"), running.services.graph.snapshot.version
        await admin.say("/rebuild")
        await admin.wait_until(lambda m: "Done" in m.text, timeout_s=BUILD_S)

        await admin.say("/rollback")
        back = await admin.wait_until(lambda m: "Back to the graph of" in m.text)
        version = running.services.graph.snapshot.version
        await admin.say("/rollback")
        oldest = await admin.wait_until(lambda m: "no older graph" in m.text)

        assert (version, running.services.graph.snapshot.version) == (before, before)
        assert "2,112 songs" in back.text
        assert f"{datetime.now(UTC):%Y}" in back.text
        assert oldest.text
        written = await running.services.database.run(outcomes)
        assert [row[1:] for row in written[1:]] == [
            ("rollback", f"done: version {before}"),
            ("rollback", "refused: oldest"),
        ]
        await admin.say("sad")
        assert (await admin.wait_for_message(suits=has_songs)).text


async def test_a_damaged_older_graph_is_not_gone_back_to(start_bot: StartBot) -> None:
    async with start_bot(admins=ADMIN) as running:
        admin, directory = running.person("Admin"), running.services.settings.graph_dir
        before = running.services.graph.snapshot.version
        await admin.say("/rebuild")
        await admin.wait_until(lambda m: "Done" in m.text, timeout_s=BUILD_S)
        (directory / before / "title.npy").write_bytes(b"broken")

        await admin.say("/rollback")

        failed = await admin.wait_until(lambda m: "cannot be used" in m.text)
        assert "Traceback" not in failed.text
        assert running.services.graph.snapshot.version > before
