"""A headless Firefox, spoken to in WebDriver BiDi: Playwright needs a Firefox of its own make.

Its fake camera shows no clip, so the page's `getUserMedia` gives a canvas that plays one.

Source: https://w3c.github.io/webdriver-bidi/
"""

import asyncio
import base64
import json
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

FIREFOX = shutil.which("firefox") or shutil.which("firefox-esr")
LISTENING = re.compile(rb"ws://127\.0\.0\.1:\d+")
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "media.navigator.permission.disabled": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}
CAMERA = """() => {
  const frames = FRAMES.map((text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)));
  navigator.mediaDevices.getUserMedia = async () => {
    const pictures = await Promise.all(frames.map((bytes) => createImageBitmap(new Blob([bytes]))));
    const canvas = document.createElement('canvas');
    canvas.width = pictures[0].width;
    canvas.height = pictures[0].height;
    const context = canvas.getContext('2d');
    let n = 0;
    setInterval(() => context.drawImage(pictures[n++ % pictures.length], 0, 0), 33);
    context.drawImage(pictures[0], 0, 0);
    return canvas.captureStream(30);
  };
}"""


class BidiError(Exception):
    """Firefox refused a command, or a script failed."""


@dataclass(slots=True)
class Firefox:
    """One tab, and the addresses that it asked for."""

    socket: aiohttp.ClientWebSocketResponse
    requests: list[str] = field(default_factory=list)
    tab: str = ""
    _numbers: "count[int]" = field(default_factory=count)
    _waiting: dict[int, "asyncio.Future[dict[str, Any]]"] = field(default_factory=dict)

    async def send(self, method: str, **params: Any) -> dict[str, Any]:  # JSON of any kind
        """Do one command and return its result."""
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(120):
            answer = await self._waiting[number]
        if answer["type"] != "success":
            raise BidiError(f"{method}: {answer.get('message')}")
        return dict(answer["result"])

    async def open(self, address: str) -> None:
        """Go to a page and wait until it is loaded."""
        await self.send("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    async def evaluate(self, expression: str) -> Any:  # whatever JSON.stringify made of it
        """Return what an expression, or the promise that it is, comes to."""
        result = await self.send(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((it) => JSON.stringify(it) ?? 'null')",
            target={"context": self.tab},
            awaitPromise=True,
        )
        if result["type"] != "success":
            raise BidiError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    async def until(self, condition: str, timeout_s: float = 60) -> None:
        """Wait until an expression is true."""
        async with asyncio.timeout(timeout_s):
            while not await self.evaluate(condition):  # noqa: ASYNC110 - it is in another program
                await asyncio.sleep(0.2)

    async def screenshot(self) -> bytes:
        """Return what the tab shows, as a PNG."""
        shot = await self.send("browsingContext.captureScreenshot", context=self.tab)
        return base64.b64decode(shot["data"])

    async def listen(self) -> None:
        """Hand answers to those who wait for them, and note what is asked for."""
        async for message in self.socket:
            said = json.loads(message.data)
            if said.get("id") in self._waiting:
                self._waiting.pop(said["id"]).set_result(said)
            elif said.get("method") == "network.beforeRequestSent":
                self.requests.append(said["params"]["request"]["url"])


@asynccontextmanager
async def start_firefox(folder: Path, frames: Sequence[bytes]) -> AsyncIterator[Firefox]:
    """Start Firefox with an empty profile and a camera that shows JPEGs.

    Args:
        folder: For the profile.
        frames: What the camera shows, over and over.
    """
    assert FIREFOX is not None
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in PREFERENCES.items())
    (folder / "user.js").write_text("".join(lines), encoding="utf-8")
    words = ["--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", "0"]
    process = await asyncio.create_subprocess_exec(
        FIREFOX, *words, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    drain: asyncio.Task[bytes] | None = None
    try:
        async with asyncio.timeout(60):
            while not (found := LISTENING.search(await process.stderr.readline())):
                assert process.returncode is None
        drain = asyncio.create_task(process.stderr.read())
        async with aiohttp.ClientSession() as client:
            socket = await client.ws_connect(f"{found[0].decode()}/session", max_msg_size=2**26)
            firefox = Firefox(socket)
            listening = asyncio.create_task(firefox.listen())
            await firefox.send("session.new", capabilities={})
            tree = await firefox.send("browsingContext.getTree")
            firefox.tab = tree["contexts"][0]["context"]
            texts = [base64.b64encode(frame).decode() for frame in frames]
            camera = CAMERA.replace("FRAMES", json.dumps(texts))
            await firefox.send("script.addPreloadScript", functionDeclaration=camera)
            await firefox.send("session.subscribe", events=["network.beforeRequestSent"])
            yield firefox
            listening.cancel()
            await socket.close()
    finally:
        process.terminate()
        await process.wait()
        if drain is not None:
            await drain
