"""What Prometheus reads of the running bot, and who may."""

import logging

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import Running, StartBot, has_songs, settled


async def read(running: Running, **headers: str) -> tuple[int, dict[str, float]]:
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.get(f"{running.web}/metrics") as answer,
    ):
        text = await answer.text()
    return answer.status, {
        "".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_an_answer_is_counted(running: Running, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "bot")
    alice = running.person()
    await alice.say("sad")
    await alice.wait_for_message(suits=has_songs)
    await settled(running)

    status, figures = await read(running)

    assert status == 200
    assert figures["tunemirror_events_totalsuggestedinfo"] == 1
    assert figures["tunemirror_update_seconds_count"] >= 1
    assert figures["tunemirror_inbox_depth"] == 0
    assert figures["tunemirror_database_up"] == 1
    assert figures["tunemirror_graph_tracks"] == len(running.services.graph.snapshot)
    assert figures["process_resident_memory_bytes"] > 2**20


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
async def test_without_a_token_nobody_reads_through_a_proxy(running: Running, header: str):
    assert (await read(running, **{header: "203.0.113.1"}))[0] == 404


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("Bearer a-long-enough-token", 200), ("Bearer another-long-token", 404), ("", 404)],
)
async def test_with_a_token_only_who_shows_it_reads(start_bot: StartBot, shown: str, expected: int):
    async with start_bot(metrics_token="a-long-enough-token") as running:
        assert (await read(running, Authorization=shown))[0] == expected
