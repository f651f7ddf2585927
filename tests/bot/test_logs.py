import io
import logging
from collections.abc import Iterator

import httpx
import pytest
from telegram import Bot, File
from telegram.error import InvalidToken

from bot.logs import REDACTED, configure_logs

TOKEN = "123456789:AAExample_Example-Example_Example-12"
WEBHOOK_SECRET = "a-secret-of-the-webhook"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """All that is logged, at the most talkative; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []  # pytest's own stay open
    stream = io.StringIO()
    configure_logs("DEBUG", secrets=[WEBHOOK_SECRET], to=stream)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    for name in ("httpx", "telegram"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_line_is_event_and_values(lines: io.StringIO):
    logging.getLogger("bot.test").info("suggested n=%d aim=%s", 5, "lift")

    assert lines.getvalue().endswith("Z INFO bot.test suggested n=5 aim=lift\n")


def test_level_is_the_one_set():
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    configure_logs("WARNING", to=stream)
    logging.getLogger("bot.test").info("quiet")
    logging.getLogger("bot.test").warning("loud")
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)

    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()


@pytest.mark.parametrize("separator", [":", "%3A", "%3a"])
def test_token_in_an_address_is_redacted(lines: io.StringIO, separator: str):
    token = TOKEN.replace(":", separator)

    logging.getLogger("bot.test").info(
        "called url=%s", f"https://api.telegram.org/bot{token}/getMe"
    )

    assert "Example" not in lines.getvalue()
    assert f"bot{REDACTED}/getMe" in lines.getvalue()


def test_configured_secret_is_redacted(lines: io.StringIO):
    logging.getLogger("bot.test").info("hook secret=%s", WEBHOOK_SECRET)

    assert f"secret={REDACTED}" in lines.getvalue()


def test_token_in_a_traceback_is_redacted(lines: io.StringIO):
    def fail() -> None:
        raise LookupError(f"no {TOKEN}") from ValueError(TOKEN)

    try:
        fail()
    except LookupError:
        logging.getLogger("bot.test").exception("failed")

    assert "Traceback" in lines.getvalue()
    assert "ValueError" in lines.getvalue()
    assert "Example" not in lines.getvalue()


def test_httpx_says_nothing_about_requests(lines: io.StringIO):
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        client.get(f"https://api.telegram.org/bot{TOKEN}/getMe")

    assert lines.getvalue() == ""


@pytest.mark.parametrize("name", ["httpx", "telegram.Bot", "telegram.ext.ExtBot"])
def test_library_made_talkative_still_says_no_token(lines: io.StringIO, name: str):
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)
    try:
        logger.debug("POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    finally:
        logger.setLevel(logging.NOTSET)

    assert REDACTED in lines.getvalue()
    assert "Example" not in lines.getvalue()


def test_what_the_library_writes_about_itself_is_redacted(lines: io.StringIO):
    address = f"https://api.telegram.org/file/bot{TOKEN}/photos/file_1.jpg"
    picture = File("id", "unique", file_path=address)
    talkative = [Bot(TOKEN), InvalidToken(f"The token `{TOKEN}` was rejected"), picture, address]
    assert all("Example" in str(one) for one in talkative)  # else this proves nothing

    for one in talkative:
        logging.getLogger("bot.test").error("seen it=%s again=%r", one, one)

    assert lines.getvalue().count(REDACTED) == 2 * len(talkative)
    assert "Example" not in lines.getvalue()
