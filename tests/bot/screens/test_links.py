"""Links by way of the bot: they survive, and nobody else can write one."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens.links import TOKEN, LinkError, LinkSigner, Service, SongLink
from bot.settings import Settings

BASE = "https://music.example/go"


def signer(letter: str = "A") -> LinkSigner:
    settings = Settings.model_validate({"token": "123456:" + letter * 35, "links_url": BASE})
    found = LinkSigner.of(settings)
    assert found is not None
    return found


def token_of(address: str) -> str:
    assert address.startswith(f"{BASE}/")
    return address.removeprefix(f"{BASE}/")


@given(st.integers(0, 2**63 - 1), st.integers(0, 49), st.sampled_from(Service))
def test_a_link_survives_its_token(suggestion_id: int, position: int, service: Service) -> None:
    address = getattr(signer().links(suggestion_id, position), service)

    assert signer().read(token_of(address)) == SongLink(suggestion_id, position, service)


@given(st.integers(0, 27), st.sampled_from("AQgw_-9"))
def test_a_changed_letter_is_refused(place: int, letter: str) -> None:
    token = token_of(signer().links(7, 2).spotify)
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token:
        return

    with pytest.raises(LinkError):
        signer().read(changed)


@given(st.text(max_size=40) | st.from_regex(TOKEN, fullmatch=True))
def test_what_was_not_written_here_is_refused(token: str) -> None:
    with pytest.raises(LinkError):
        signer().read(token)


def test_another_bot_writes_other_links() -> None:
    token = token_of(signer("B").links(7, 2).spotify)

    with pytest.raises(LinkError):
        signer("A").read(token)


def test_a_link_is_short_and_needs_no_escaping() -> None:
    address = signer().links(2**63 - 1, 49).youtube

    assert len(address) == len(BASE) + 1 + 28
    assert urlsplit(address).query == ""


def test_the_key_is_not_shown() -> None:
    assert "key" not in repr(signer())


@pytest.mark.parametrize(
    "missing", [{"token": "123456:" + "A" * 35}, {"links_url": BASE}], ids=["address", "token"]
)
def test_without_address_or_token_links_are_direct(missing: dict[str, str]) -> None:
    assert LinkSigner.of(Settings.model_validate(missing)) is None
