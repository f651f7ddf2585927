"""What Telegram signs is believed once, while it is new; whatever else is said is not."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.mirror.launch import Launch, LaunchError, Refusal, read_launch, sign
from bot.web.mirror.visitors import LASTS, PassError, Passes, Visitor

TOKEN, OTHER = "123456:test-token", "654321:another-bots"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
USER = json.dumps({"id": 42, "first_name": "Ada", "language_code": "de"})


def fields(**changed: str) -> dict[str, str]:
    """What a client hands over, not yet signed."""
    usual = {"auth_date": str(int(NOW.timestamp())), "query_id": "AAE", "user": USER}
    return {**usual, **changed}


def signed(token: str = TOKEN, **changed: str) -> str:
    """The same with the bot's signature, encoded."""
    said = fields(**changed)
    return urlencode({**said, "hash": sign(said, token)})


def refusal_of(text: str, now: datetime = NOW) -> Refusal:
    with pytest.raises(LaunchError) as caught:
        read_launch(text, TOKEN, now=now)
    return caught.value.refusal


def test_signature_is_telegrams_own():
    # Made once by hand: HMAC-SHA256 of "auth_date=1\nuser={}" under HMAC("WebAppData", "1:a").
    import hashlib
    import hmac

    key = hmac.new(b"WebAppData", b"1:a", hashlib.sha256).digest()
    expected = hmac.new(key, b"auth_date=1\nuser={}", hashlib.sha256).hexdigest()

    assert sign({"user": "{}", "auth_date": "1"}, "1:a") == expected


def test_launch_says_who_it_is():
    launch = read_launch(signed(), TOKEN, now=NOW)

    assert launch == Launch(42, "de", launch.digest, NOW)


def test_signature_for_third_parties_may_be_signed_or_left_out():
    said = fields(signature="abc")
    dropped = sign({name: each for name, each in said.items() if name != "signature"}, TOKEN)

    for digest in (sign(said, TOKEN), dropped):
        assert read_launch(urlencode({**said, "hash": digest}), TOKEN, now=NOW).user_id == 42


@pytest.mark.parametrize(
    "changed",
    [
        {"user": '{"id":42,"first_name":"Zoë 🌻 +1 & co","language_code":"de"}'},
        {"user": r'{"id":42,"photo_url":"https:\/\/t.me\/i\/userpic\/a.svg","language_code":"de"}'},
        {"user": '{"id":42,"allows_write_to_pm":true,"is_premium":true,"language_code":"de"}'},
        {"chat_instance": "-3788475317572404878", "chat_type": "sender", "start_param": "a-b_C"},
        {"start_param": ""},
        {"receiver": '{"id":7,"first_name":"Bob"}', "can_send_after": "10"},
        {"chat": '{"id":-100,"type":"supergroup","title":"A=B&C"}', "query_id": ""},
        {"signature": "zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0A"},
        {"of_tomorrow": "unheard of"},
    ],
)
def test_every_way_in_which_clients_open_it_is_understood(changed: dict[str, str]):
    assert read_launch(signed(**changed), TOKEN, now=NOW).user_id == 42


def test_order_and_way_of_encoding_do_not_matter():
    said = {**fields(), "hash": sign(fields(), TOKEN)}
    turned = dict(reversed(said.items()))

    for text in (urlencode(turned), urlencode(said, quote_via=quote)):
        assert read_launch(text, TOKEN, now=NOW).user_id == 42


@pytest.mark.parametrize(
    "text",
    [
        "",
        quote(signed()),  # encoded twice
        "tgWebAppData=" + quote(signed()),  # the whole fragment
        "?" + signed(),
        "#" + signed(),
        json.dumps(dict(parse_qsl(signed()))),  # initDataUnsafe
        "undefined",
        "[object Object]",
        signed() + "\0",
        signed().replace("&", ";"),
        re.sub("hash=.*", lambda found: found[0].upper(), signed()),
        "hash=" + "0" * 64,
        signed(OTHER),
        signed().replace("Ada", "Eve"),
        signed() + "&user=%7B%22id%22%3A7%7D",  # the same field again
        signed() + "&extra=1",
        signed().replace("hash=", "hush="),
        signed()[:-1],
        signed(user="null"),
        signed(user='{"id": "42"}'),
        signed(user='{"id": true}'),
        signed(user='{"id": -1}'),
        signed(user="[" * 2000),
        signed(auth_date="now"),
        signed(auth_date="9" * 30),
        signed(padding="x" * 5000),
        "hash=%ff&user=%fe",
    ],
)
def test_anything_else_is_forged(text: str):
    assert refusal_of(text) is Refusal.FORGED


@pytest.mark.parametrize("off", [timedelta(minutes=-11), timedelta(minutes=5)])
def test_launch_of_another_time_is_old(off: timedelta):
    assert refusal_of(signed(auth_date=str(int((NOW + off).timestamp())))) is Refusal.OLD


@given(st.text(max_size=300))
def test_no_text_gets_in_or_breaks_anything(text: str):
    assert refusal_of(text) is Refusal.FORGED


def test_pass_names_its_visitor_until_it_is_over():
    passes, visitor = Passes.of(TOKEN), Visitor(42, "de")
    written = passes.write(visitor, now=NOW)

    assert passes.read(written, now=NOW + LASTS) == visitor
    with pytest.raises(PassError):
        passes.read(written, now=NOW + LASTS + timedelta(seconds=1))


@given(st.text(max_size=200))
def test_no_text_is_a_pass(text: str):
    with pytest.raises(PassError):
        Passes.of(TOKEN).read(text, now=NOW)


def test_pass_of_another_bot_is_refused():
    written = Passes.of(OTHER).write(Visitor(42, None), now=NOW)

    with pytest.raises(PassError):
        Passes.of(TOKEN).read(written, now=NOW)
