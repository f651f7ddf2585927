"""What is kept about a person as files for them: all of it in JSON, moods and songs in CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from inference.emotions import EMOTIONS, EmotionScores

Tables = Mapping[str, Sequence[Mapping[str, Any]]]  # Any: whatever a column holds

COLUMNS = (
    "at",
    "mood",
    "corrected",
    "source",
    "certain",
    *EMOTIONS,
    "aim",
    "position",
    "title",
    "artist",
    "liked",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(tables: Tables) -> bytes:
    """Return all rows by table, in UTF-8; moments in UTC."""
    return json.dumps(tables, ensure_ascii=False, indent=1, default=_plain).encode()


def as_csv(tables: Tables, zone: tzinfo) -> bytes:
    """Return a row for each song of each mood, one without a song where there is none.

    In UTF-8 with a byte order mark, without which Excel takes letters for others; times are those
    of the person's clock. A title that a spreadsheet would run as a formula begins with an
    apostrophe.

    Source: OWASP, "CSV Injection".
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    liked = {row["track_id"]: row["liked"] for row in tables["ratings"]}
    songs: dict[int, list[Mapping[str, Any]]] = {}
    for song in tables["suggestion_tracks"]:
        songs.setdefault(song["suggestion_id"], []).append(song)
    lists: dict[int, list[Mapping[str, Any]]] = {}
    for suggestion in tables["suggestions"]:
        lists.setdefault(suggestion["reading_id"], []).append(suggestion)
    for reading in tables["readings"]:
        mood = _mood(reading, zone)
        rows = [
            mood | {"aim": each["aim"]} | _song(song, liked)
            for each in lists.get(reading["id"], ())
            for song in songs.get(each["id"], ())
        ]
        writer.writerows(rows or [mood])
    return out.getvalue().encode("utf-8-sig")


def _mood(reading: Mapping[str, Any], zone: tzinfo) -> dict[str, object]:
    scores: EmotionScores = reading["scores"]
    return {
        "at": reading["at"].astimezone(zone).isoformat(timespec="seconds"),
        "mood": scores.ranked()[0].value,
        "corrected": reading["corrected"] or "",
        "source": reading["source"],
        "certain": reading["certain"],
        **{emotion.value: round(scores[emotion], 4) for emotion in EMOTIONS},
    }


def _song(song: Mapping[str, Any], liked: Mapping[str, bool]) -> dict[str, object]:
    return {
        "position": song["position"] + 1,
        "title": _safe(song["title"]),
        "artist": _safe(song["artist"]),
        "liked": liked.get(song["track_id"], ""),
    }


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case EmotionScores():
            return {emotion.value: score for emotion, score in value.items()}
        case _:
            raise TypeError(f"expected a moment or scores, found {type(value).__name__}")
