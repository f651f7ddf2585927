import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.localchat.entities import parse, utf16
from bot.localchat.errors import RefusedError


def test_tags_become_entities():
    text, entities = parse("a <b>bold <i>both</i></b> c", "HTML")

    assert text == "a bold both c"
    assert entities == [
        {"type": "bold", "offset": 2, "length": 9},
        {"type": "italic", "offset": 7, "length": 4},
    ]


def test_offsets_count_utf16_units():
    _, entities = parse("😢🎵 <b>x</b>", "HTML")

    assert entities == [{"type": "bold", "offset": 5, "length": 1}]


def test_link_keeps_its_unescaped_address():
    text, entities = parse('<a href="https://x.org/?a=1&amp;b=2">Tom &amp; Ann</a>', "HTML")

    assert text == "Tom & Ann"
    assert entities == [
        {"type": "text_link", "url": "https://x.org/?a=1&b=2", "offset": 0, "length": 9}
    ]


def test_white_space_at_the_ends_is_cut_from_text_and_entities():
    text, entities = parse("\n <b> x </b> ", "HTML")

    assert (text, entities) == ("x", [{"type": "bold", "offset": 0, "length": 1}])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("é<b><i>x</b></i>", 'offset 9, expected "</i>", found "</b>"'),
        ("<h1>x</h1>", 'Unsupported start tag "h1"'),
        ("1 < 2", "Unsupported start tag"),
        ("<a>x</a>", 'Unsupported start tag "a"'),
    ],
)
def test_broken_markup_is_refused(source: str, reason: str):
    with pytest.raises(RefusedError, match="can't parse entities") as refused:
        parse(source, "HTML")

    assert reason in refused.value.description


def test_commands_and_addresses_are_found():
    _, entities = parse("/mood happy, see https://x.org/a. or/no", None)

    assert entities == [
        {"type": "bot_command", "offset": 0, "length": 5},
        {"type": "url", "offset": 17, "length": 15},
    ]


def test_links_and_code_hide_what_they_hold():
    _, entities = parse('<a href="https://x.org">https://y.org</a> <code>/mood</code>', "HTML")

    assert [entity["type"] for entity in entities] == ["text_link", "code"]


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str):
    found, _ = parse(html.escape(text), "HTML")

    # html.escape also writes ' as &#x27;, which Telegram reads: numbers are allowed.
    assert found == text.strip()


@given(st.text(), st.sampled_from(["b", "i", "code", "blockquote"]))
def test_entity_covers_exactly_what_was_tagged(text: str, tag: str):
    found, entities = parse(f"x<{tag}>{html.escape(text)}</{tag}>y", "HTML")
    marked = [entity for entity in entities if entity["type"] not in {"url", "bot_command"}]

    assert found == f"x{text}y"
    assert [(e["offset"], e["length"]) for e in marked] == ([(1, utf16(text))] if text else [])
