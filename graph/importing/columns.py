"""Which column of a table holds which field: by its name, and of several by their cells."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

NEEDED = ("title", "artist", "valence", "energy")
# These range from 0 to 1; loudness is in decibels, tempo in beats per minute.
UNIT_FEATURES = (
    "valence",
    "energy",
    "danceability",
    "acousticness",
    "instrumentalness",
    "liveness",
    "speechiness",
)
PLAIN = (*UNIT_FEATURES, "loudness", "tempo")
FEATURES = (*PLAIN, "key", "mode")
NUMBER_COLUMNS = ("popularity", *FEATURES)

# What joins and exports add to a name: "track.name", "name_x".
PREFIXES = r"^(audio_features|features|audio|af|track|song|spotify|music)_"
SUFFIXES = r"_(x|y|[0-9])$"
# A title of a video, not of a song.
VIDEO = re.compile(
    r"(?i)\b(official|offizielles|oficial|lyrics?|audio|visualizer)\b.*\b(video|audio)?|\[hd\]|\bM/?V\b"
)
# Least share of distinct cells in a column of titles; columns of playlists and albums have less.
MIN_DISTINCT = 0.5
# Largest share of cells that look like another field, in a column whose name fits.
MAX_UNFIT = 0.3


@cache
def aliases() -> Mapping[str, Sequence[str]]:
    """Return for each field the names that its column may have, as `simplified` writes them."""
    content = Path(__file__).with_name("columns.toml").read_text(encoding="utf-8")
    found = tomllib.loads(content)
    return {field: names.split() for field, names in (found["text"] | found["number"]).items()}


def simplified(name: str) -> str:
    """Return a column's name in lower case, without accents, all else as single underscores."""
    plain = unicodedata.normalize("NFKC", name).strip("\ufeff \t\r\n")
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", "_", plain.replace("%", " percent "))
    letters = unicodedata.normalize("NFKD", parted.casefold())
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "_", bare).strip("_")


def matched(
    names: Sequence[str],
    sample: Sequence[Sequence[str]] = (),
    by_hand: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Return the position in `names` of each field's column; fields without a column are left out.

    Args:
        names: As the table writes them. Of equal names the first counts; the others are copies.
        sample: Some rows, by whose cells one of several columns with fitting names is chosen.
        by_hand: Columns that a person assigned, such as `{"valence": "mood score"}`.
    """
    places = _places(names)
    cells = {
        place: [row[place].strip() for row in sample if place < len(row)]
        for place in range(len(names))
    }
    found: dict[str, int] = {}
    for field in ("artist", *aliases()):  # the artist first: the title's column is another one
        fitting = [places[alias] for alias in aliases()[field] if alias in places]
        if field == "title":
            fitting = _titles(fitting, cells, found.get("artist"))
        elif field == "artist":
            fitting = _artists(fitting, cells)
        if fitting:
            found[field] = fitting[0]
    for field, name in (by_hand or {}).items():
        wanted = [at for at, own in enumerate(names) if own.strip() == name.strip()]
        wanted += [at for at, own in enumerate(names) if simplified(own) == simplified(name)]
        if wanted:
            found[field] = wanted[0]
    return {field: found[field] for field in aliases() if field in found}


def _places(names: Sequence[str]) -> dict[str, int]:
    """Return the position of each simplified name; whole names go before shortened ones."""
    plain = [simplified(name) for name in names]
    places: dict[str, int] = {}
    for place, name in enumerate(plain):
        places.setdefault(name, place)
    for pattern in (SUFFIXES, PREFIXES):
        for name, place in list(places.items()):
            places.setdefault(re.sub(pattern, "", name), place)
    places.pop("", None)
    return places


def _titles(
    fitting: Sequence[int], cells: Mapping[int, Sequence[str]], artist: int | None
) -> list[int]:
    """Return the columns that may hold titles, the likeliest first."""
    varied = {at: len(set(cells[at])) for at in fitting}
    most = max(varied.values(), default=0)
    names = [name.casefold() for name in cells.get(-1 if artist is None else artist, ())]

    def against(at: int) -> bool:
        own = cells[at]
        if not own:
            return False
        plain = [cell.casefold() for cell in own]
        number = sum(cell.replace(".", "").isdigit() for cell in own)
        video = sum(bool(VIDEO.search(cell)) for cell in own)
        artists = sum(a == b for a, b in zip(plain, names, strict=False) if a)
        faults = (number, video, artists)
        return varied[at] < MIN_DISTINCT * most or max(faults) > MAX_UNFIT * len(own)

    return sorted(fitting, key=against)


def _artists(fitting: Sequence[int], cells: Mapping[int, Sequence[str]]) -> list[int]:
    """Return the columns that may hold artists, those of ids and numbers last."""

    def against(at: int) -> bool:
        own = [cell for cell in cells[at] if cell]
        odd = sum(
            cell.replace(".", "").isdigit() or bool(re.fullmatch(r"[0-9A-Za-z]{22}", cell))
            for cell in own
        )
        return not own or odd > MAX_UNFIT * len(own)

    return sorted(fitting, key=against)
