"""Reports fit a message and a phone, and carry what a table holds unharmed."""

from collections import Counter
from html import unescape

from bot.screens.reports import compose_comparison, compose_faults, compose_import, compose_useless
from bot.words.texts import Translations, load_texts
from graph.building.gate import MEANINGS, Check
from graph.importing.columns import aliases
from graph.importing.refusals import Refusal
from graph.importing.report import EXAMPLES, ImportReport
from graph.snapshot.kinds import HEAVY, Kind

TEXTS = load_texts()
MESSAGE = 4096  # characters, Bot API, sendMessage
PHONE = 36  # characters of one width in a line of a message, 390 px wide


def everything_refused(kept: int) -> ImportReport:
    """A report in which every reason has examples with the longest titles."""
    example = {"file": "table", "row": 1_200_000, "found": "<b>&" * 20}
    columns = {name: name[::-1] * 9 for name in aliases()}
    read = {"encoding": "shift_jis", "damaged": 99_999, "mended": 99_999, "cut_short": True}
    fault: dict[str, object] = {"fault": None, "fault_code": None, "fault_columns": []}
    return ImportReport(
        read=1_200_000,
        kept=kept,
        merged={"id": 123_456, "title_and_artist": 123_456},
        refused=Counter(dict.fromkeys(Refusal, 99_999)),
        examples={reason: [example] * EXAMPLES for reason in Refusal},
        files=[{"used": columns, "unused": list(columns.values()), **read, **fault}],
        kinds=dict.fromkeys([*Kind, HEAVY], 99_999),
    )


def million(figure: str, limit: float | None = None) -> Check:
    value = 1.0 if figure in {"coverage", "hubs"} or "same" in figure else 28_612_345
    return Check(figure, value, value, limit, worse=limit is not None)


def test_the_longest_reports_fit_into_a_message() -> None:
    used = compose_import(everything_refused(1), 1_200_000, TEXTS)
    useless = compose_useless(everything_refused(0), TEXTS)
    limits = [million(figure, 1.0) for figure in MEANINGS]
    worse = TEXTS(
        "rebuild.worse",
        faults=compose_faults(limits, TEXTS),
        comparison=compose_comparison(limits, TEXTS),
    )

    assert max(len(unescape(words)) for words in (used, useless, worse)) < MESSAGE


def test_a_report_says_how_the_table_was_read() -> None:
    lines = compose_import(everything_refused(1), 1, TEXTS).splitlines()

    assert any(line.startswith("Columns used: ") and "title (eltit" in line for line in lines)
    assert any(line.startswith("Not used: ") and line.endswith("…, …") for line in lines)
    assert any(line.startswith("Letters read as shift_jis.") for line in lines)
    assert "Damaged letters, shown as \ufffd: 99,999" in lines
    assert any("never closed: 99,999" in line for line in lines)
    [kinds] = [line for line in lines if line.startswith("Kept, but suggested only")]
    assert "Noise, sounds: 99,999 · Spoken word: 99,999" in kinds
    assert kinds.endswith("Heavy songs: 99,999")


def test_titles_are_escaped() -> None:
    words = compose_import(everything_refused(1), 0, TEXTS)

    assert "“&lt;b&gt;&amp;&lt;b&gt;" in words
    assert "<b>&" not in words


def test_the_figures_of_millions_fit_a_phone() -> None:
    words = compose_comparison([million(figure) for figure in MEANINGS], TEXTS)

    lines = words.removeprefix("<pre>").removesuffix("</pre>").splitlines()
    assert max(map(len, lines)) <= PHONE
    assert len({len(line) for line in lines}) == 1


def test_half_a_song_more_is_wanted_whole() -> None:
    least = Check("zone_sad", 701, 350, 350.5, worse=True)
    most = Check("components", 1, 4, 3.4, worse=True)

    assert compose_faults([least, most], TEXTS).splitlines() == [
        "• sad songs: 350, at least 351 wanted",
        "• parts: 4, at most 3 wanted",
    ]


def test_what_is_not_worse_is_no_fault() -> None:
    assert compose_faults([Check("hubs", 0.1, 0.1, 0.15, worse=False)], TEXTS) == ""


def test_an_import_is_told_in_the_figures_of_the_language():
    translations = Translations.load()

    told = {
        tag: compose_import(everything_refused(1_100_000), 2112, translations.of(tag)).splitlines()[
            1
        ]
        for tag in ("en", "de", "hi")
    }

    assert ["1,100,000" in told["en"], "1.100.000" in told["de"], "11,00,000" in told["hi"]] == [
        True
    ] * 3
