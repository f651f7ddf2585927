"""What people write, in every script: understood or not, and never a crash."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from bot.words.understanding.catalogue import Catalogue
from bot.words.understanding.meanings import Talk, Wanted
from bot.words.understanding.spelling import plain
from bot.words.understanding.understand import care_in, understand
from graph.building.build import ensure_graph
from graph.snapshot.store import open_snapshot
from tests.conftest import STARTER
from tests.fuzz.surface import Surface

LANGUAGES = ("en", "de", "es", "fr", "pt", "hi", "ru", "ar", "ja")
PIECES = (
    "not", "very", "happy", "sad", "calm me down", "something", "in Spanish", "by Queen", "80s",
    "no", "more like this", "thanks", "traurig", "ich bin", "nicht", "triste", "je suis", "muito",
    "खुश", "मैं", "грустно", "мне", "حزين", "أنا", "悲しい", "です", "😢", "👍🏽", "\u200d", "\u202e",
    "I can't go on", "my father died", "1e9", "'", '"', "%", "\x00", "İ", "ß", "ﷺ", "e\u0301",
)  # fmt: skip


def surface(files: tuple[bytes, ...]) -> Surface:
    """Return the surface; it starts from words of all languages, mixed."""
    said = [file.decode(errors="replace") for file in files]
    mixed = st.lists(st.one_of(st.sampled_from([*PIECES, *said]), st.text(max_size=8)), max_size=30)
    joined = st.builds(
        lambda pieces, gap: gap.join(pieces), mixed, st.sampled_from([" ", "", ", "])
    )
    long = st.builds(lambda piece, n: piece * n, st.sampled_from(PIECES), st.integers(100, 1000))
    text = st.one_of(joined, st.text(max_size=4096), long.map(lambda words: words[:4096]))
    return Surface(st.tuples(text, st.sampled_from(LANGUAGES)), open_words)


def open_words() -> Callable[[tuple[str, str]], None]:
    """Return the check of what somebody writes in a language."""
    with TemporaryDirectory() as name:
        ensure_graph(Path(name), [STARTER], lambda _step, _done: None)
        catalogue = Catalogue.of(open_snapshot(Path(name)))

    def check(came: tuple[str, str]) -> None:
        said, language = came
        assert care_in(plain(said)) in {None, *Talk}
        assert isinstance(understand(said, language, catalogue), Wanted | Talk)

    return check
