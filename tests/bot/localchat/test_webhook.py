import asyncio
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.localchat.server import LocalBotApi
from bot.localchat.webhook import SECRET_HEADER


class Hook:
    """A bot's own address: fails `failures` times, then takes everything."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.seen: list[tuple[str | None, int]] = []
        self.taken = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.seen.append((request.headers.get(SECRET_HEADER), update["update_id"]))
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        self.taken.set()
        return web.Response()

    def server(self) -> TestServer:
        application = web.Application()
        application.router.add_post("/hook", self.take)
        return TestServer(application)


async def test_updates_are_carried_with_the_secret(api: LocalBotApi, ask: Any):
    hook = Hook()
    async with hook.server() as server:
        await ask("setWebhook", url=str(server.make_url("/hook")), secret_token="s3")
        await api.person("Alice").say("x")
        await asyncio.wait_for(hook.taken.wait(), 5)

        assert [secret for secret, _ in hook.seen] == ["s3"]
        await asyncio.sleep(0.05)
        assert (await ask("getWebhookInfo"))["result"]["pending_update_count"] == 0


async def test_refused_update_is_carried_again(api: LocalBotApi, ask: Any):
    hook = Hook(failures=1)
    async with hook.server() as server:
        await ask("setWebhook", url=str(server.make_url("/hook")))
        await api.person("Alice").say("x")
        await asyncio.wait_for(hook.taken.wait(), 5)

    assert len(hook.seen) == 2
    assert len(set(hook.seen)) == 1
    error = (await ask("getWebhookInfo"))["result"]["last_error_message"]
    assert "Wrong response from the webhook: 500" in error


async def test_updates_leave_this_computer_to_nowhere(ask: Any):
    answer = await ask("setWebhook", url="https://example.org/hook")

    assert "on this computer only" in answer["description"]
    assert (await ask("getWebhookInfo"))["result"]["url"] == ""
