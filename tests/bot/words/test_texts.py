"""Every sentence is there, in every language; moods are found in people's words."""

import ast
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import handlers
from bot.handlers import ADMIN_COMMANDS, COMMANDS
from bot.screens.admin_presses import OfferChoice
from bot.screens.history_presses import View
from bot.screens.people_presses import Page
from bot.screens.settings_presses import Facet, Mix, Option
from bot.screens.song_presses import Form
from bot.storage.readings import ReadingSource
from bot.web.mirror.files import PAGE
from bot.words.texts import (
    LOCALES,
    Html,
    TextsError,
    Translations,
    faults,
    load_texts,
)
from graph.building.gate import MEANINGS
from graph.choosing.reasons import Because, Trait
from graph.choosing.recommend import Aim, Blend
from graph.importing.refusals import Refusal
from graph.snapshot.kinds import Kind
from inference.emotions import Emotion
from inference.errors import InferenceError, NoFaceError, TooDarkError
from inference.reading import Advice

TEXTS = load_texts()
BOT = Path(handlers.__file__).parents[1]
# Callback answers and labels are no HTML; answers hold 200 characters, labels are cut by width.
PLAIN = (
    "button.",
    "offer.",
    "toast.",
    "menu.",
    "error.ours_toast",
    "songs.none",
    "songs.unfit",
)


def keys_in_code() -> set[str]:
    """Return the keys that stand in the code as they are: `texts("a.b")` and `"a.b"`."""
    parts = "|".join({key.partition(".")[0] for key in TEXTS.sentences})
    return {
        node.value
        for path in BOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(rf"({parts})\.[a-z_]+", node.value)
    }


def keys_by_value() -> set[str]:
    """Return the keys that the code makes of a value."""
    closed: dict[str, list[str]] = {
        "emotion": list(Emotion),
        "button": [*Emotion, *Aim, *Facet, *Mix, *Form],
        "settings": list(Facet),
        "taste": list(Facet),
        "personal": list(Option),
        "about": list(Option),
        "kind": list(Kind),
        "days": ["one", "other"],
        "asked": ["yes", "no"],
        "songs": list(Aim),
        "care": ["crisis", "grief"],
        "advice": list(Advice),
        "group": list(Blend),
        "source": list(ReadingSource),
        "history": ["ask_clock", "erase", "zone"],
        "page": [page.name.lower() for page in Page],
        "help": [page.partition(".")[2] for page in Page if page.startswith("help.")],
        "privacy": [page.partition(".")[2] for page in Page if page.startswith("privacy.")],
        "menu": [*COMMANDS, *ADMIN_COMMANDS],
        "error": [*(error.code for error in every_error()), "too_dark"],
        "reading": ["one", "two"],
        "seen": ["photo", "clip"],
        "forget": ["one", "other"],
        "trait": list(Trait),
        "step": ["one", "other"],
        "why": ["lift", "calm"],
        "view": ["chart", "dark", "light", *View],
        "rebuild": ["started", "step"],
        "rollback": ["started"],
        "table": ["started", "step", "damaged", "mended", "rescaled", "unknown_scale"],
        "repeats": ["id", "title_and_artist"],
        "offer": list(OfferChoice),
        "refusal": list(Refusal),
        "figure": list(MEANINGS),
        "reason": [f"{kind}{form}" for kind in Because for form in ("", "_traits")],
    }
    return {f"{part}.{value}" for part, values in closed.items() for value in values}


def keys_on_the_mirror() -> set[str]:
    """The sentences that the mirror's page can say: their names stand in quotes there."""
    text = "".join(file.read_text("utf-8") for file in PAGE.iterdir() if file.suffix != ".css")
    quoted = set(re.findall(r"['\"](\w+)['\"]", text))
    troubles = {f"trouble_{word}{more}" for word in quoted for more in ("", "_more")}
    return {f"mirror.{word}" for word in quoted | troubles | {f"advice_{w}" for w in quoted}}


def every_error(base: type[InferenceError] = InferenceError) -> set[type[InferenceError]]:
    return {error for child in base.__subclasses__() for error in {child, *every_error(child)}}


class Balance(HTMLParser):
    """Checks that tags are Telegram's and close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "a", "code", "pre"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_key_in_the_code_has_a_sentence() -> None:
    assert keys_in_code() - TEXTS.sentences.keys() == set()


def test_no_sentence_is_left_over() -> None:
    assert TEXTS.sentences.keys() - keys_in_code() - keys_by_value() - keys_on_the_mirror() == set()


def test_every_value_has_a_sentence() -> None:
    assert keys_by_value() - TEXTS.sentences.keys() == set()


@pytest.mark.parametrize("path", sorted(LOCALES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_language_loads(path: Path) -> None:
    texts = load_texts(path.stem)

    assert texts.sentences.keys() >= TEXTS.sentences.keys()


@pytest.mark.parametrize("key", sorted(TEXTS.sentences))
def test_tags_close(key: str) -> None:
    balance = Balance()

    balance.feed(TEXTS.sentences[key])

    assert balance.open == []


@pytest.mark.parametrize("key", sorted(k for k in TEXTS.sentences if k.startswith(PLAIN)))
def test_labels_and_answers_are_plain_and_short(key: str) -> None:
    sentence = TEXTS.sentences[key]

    assert len(sentence) <= 190
    assert not set("<>&") & set(sentence)


def test_start_has_six_lines_at_most() -> None:
    hello = TEXTS("start.hello", notice=TEXTS("notice.text"))

    assert len(hello.splitlines()) <= 6


def test_values_are_escaped() -> None:
    shown = TEXTS("mix.line", title='<b> & "c"', artist="")

    assert shown.startswith("&lt;b&gt; &amp; &quot;c&quot;")


def test_html_is_not_escaped_again() -> None:
    assert TEXTS("mix.list", lines=Html("<b>x</b>")) == "<pre><b>x</b></pre>"


@pytest.mark.parametrize(("n", "form"), [(0, "0 entries"), (1, "1 entry"), (2, "2 entries")])
def test_numbers_have_their_form(n: int, form: str) -> None:
    assert form in TEXTS.count("forget", n)


def test_an_error_has_its_sentence() -> None:
    assert TEXTS.about(NoFaceError()) == TEXTS.sentences["error.no_face"]


def test_darkness_has_a_sentence_of_its_own() -> None:
    assert TEXTS.about(TooDarkError()) == TEXTS.sentences["error.too_dark"]


def test_no_error_shares_its_sentence() -> None:
    sentences = [TEXTS.about(error()) for error in every_error()]

    assert len(set(sentences)) == len(every_error()) >= 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """English, and a French that is English so far: to be spoiled."""
    for name in ("en", "fr"):
        copy = (LOCALES / "en.toml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.toml").write_text(copy, encoding="utf-8")
    return tmp_path


def replace_in_french(folder: Path, old: str, new: str) -> None:
    path = folder / "fr.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_sentence_that_is_missing_is_english_and_named(folder: Path) -> None:
    replace_in_french(folder, "\nchoose =", "\nchose =")

    assert faults("fr", folder) == ["does not need start.chose", "lacks start.choose"]
    assert load_texts("fr", folder)("start.choose") == TEXTS("start.choose")


def test_a_sentence_with_other_words_in_braces_is_english_and_named(folder: Path) -> None:
    replace_in_french(folder, '\nlist = "<pre>{lines}', '\nlist = "<pre>{lignes}')

    assert faults("fr", folder) == ["has other {words} in mix.list"]
    assert load_texts("fr", folder)("mix.list", lines="x") == "<pre>x</pre>"


def test_a_right_to_left_sentence_isolates_what_is_filled_in(folder: Path) -> None:
    (folder / "fr.toml").rename(folder / "ar.toml")

    line = load_texts("ar", folder)("songs.links", spotify="https://a", youtube="https://b")
    head = load_texts("ar", folder)("songs.by", artist="Queen")

    assert "\u2068" not in line  # not inside of a tag
    assert "\u2068Queen\u2069" in head


def test_numbers_dates_and_lists_are_written_as_in_the_language(folder: Path) -> None:
    (folder / "fr.toml").rename(folder / "de.toml")
    german, at = load_texts("de", folder), datetime(2026, 3, 1, 23, 30, tzinfo=UTC)

    assert (TEXTS.number(1234567), german.number(1234567)) == ("1,234,567", "1.234.567")
    assert TEXTS.moment(at, UTC) == "1 Mar 2026, 23:30"
    assert german.moment(at, ZoneInfo("Europe/Berlin")) == "02.03.2026, 00:30"
    assert german.listed(["a", "b", "c"]) == "a, b und c"


def test_a_missing_file_is_the_operators_to_mend(tmp_path: Path) -> None:
    with pytest.raises(TextsError, match=r"en\.toml"):
        load_texts("en", tmp_path)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("fr", "fr"), ("fr-CA", "fr"), ("FR_ca", "fr"), ("fro", "en"), ("", "en"), (None, "en")],
)
def test_a_tag_finds_its_language_or_english(
    tmp_path: Path, tag: str | None, language: str
) -> None:
    for name in ("en", "fr"):
        copy = (LOCALES / "en.toml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.toml").write_text(copy, encoding="utf-8")

    assert Translations.load(tmp_path).of(tag).language == language
