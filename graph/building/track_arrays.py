"""The arrays of a version about its tracks: the catalogue's columns."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graph.arrays import Ids
from graph.building.called import called
from graph.building.spoken import with_artists
from graph.importing.names import core_titles, first_artists, folded
from graph.snapshot.kinds import bit_mask
from graph.snapshot.store import NO_CODE, NO_YEAR, REPEATED, TEXTS, WORDS


def track_arrays(
    column: Callable[[str], pa.ChunkedArray],
) -> tuple[dict[str, NDArray[Any]], dict[str, list[str]]]:
    """Return a catalogue's columns as arrays for a version, and the words of the codes.

    Args:
        column: Returns a column of the catalogue, its rows in the order of the version. Called for
            one column after another, so that one is in memory at a time.

    Returns:
        The arrays by name, and for each of `WORDS` the word of each code.
    """
    ids = _fixed(column("id"))
    arrays: dict[str, NDArray[Any]] = {
        "id": ids,
        # int64, as `np.searchsorted` needs it: a narrower type would be converted at each look-up.
        "id_order": np.argsort(ids, kind="stable").astype(np.int64),
        "year": column("year").fill_null(NO_YEAR).to_numpy().astype(np.int16),
        "explicit": column("explicit").cast(pa.int8()).fill_null(NO_CODE).to_numpy(),
        "popularity": column("popularity").to_numpy().astype(np.float16),
        "kinds": _masks(_whole(column("kinds"))),
        **_artist_arrays(first_artists(_whole(column("artist")))),
        "song_code": folded(core_titles(_whole(column("title"))))
        .dictionary_encode()
        .indices.to_numpy(),
    }
    for name in TEXTS:
        texts = _whole(column(name))
        if name in REPEATED:
            coded = texts.dictionary_encode()
            texts, places = coded.dictionary, coded.indices.to_numpy()
            arrays[f"{name}_at"] = _small(places)
        arrays[name], arrays[f"{name}_offsets"] = _text_arrays(texts)
    words = {}
    for name in WORDS:
        codes, words[name] = _codes(_whole(column(name)))
        if name == "language":
            codes = with_artists(codes, words[name], column)
        arrays[name] = _small(codes)
    return arrays, words


def _artist_arrays(artists: pa.StringArray) -> dict[str, NDArray[Any]]:
    """Return the artist of each track, what artists are called, and whose each name is."""
    codes, _ = _codes(folded(artists))
    known, rows = np.unique(codes, return_index=True)
    rows = rows[known != NO_CODE].astype(np.int32)
    hashes, places = called(artists.take(pa.array(rows)))
    return {"artist_code": codes, "name_hashes": hashes, "name_rows": rows[places]}


def _masks(marks: pa.StringArray) -> NDArray[np.uint8]:
    """Return each row's marks as a bit mask."""
    coded = marks.dictionary_encode()
    masks = [bit_mask(words.split()) for words in coded.dictionary.to_pylist()]
    return np.asarray(np.array(masks, np.uint8)[coded.indices.to_numpy()])


def _fixed(ids: pa.ChunkedArray) -> NDArray[np.bytes_]:
    """Return texts as bytes of one width; chunk by chunk, since Python's strings take more room."""
    width = pc.max(pc.binary_length(ids)).as_py() or 1
    return np.concatenate([np.array(chunk.to_pylist(), dtype=f"S{width}") for chunk in ids.chunks])


def _small(codes: Ids) -> Ids:
    """Return codes in the smallest type that holds them."""
    return codes.astype(np.result_type(np.min_scalar_type(-int(codes.max(initial=0)) - 1)))


def _whole(column: pa.ChunkedArray) -> pa.StringArray:
    return column.fill_null("").combine_chunks()


def _text_arrays(column: pa.StringArray) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    _, offsets, letters = pa.concat_arrays([column]).buffers()
    ends = np.frombuffer(offsets, np.int32)[: len(column) + 1]
    return np.frombuffer(letters, np.uint8)[: ends[-1]], ends.astype(np.uint32)


def _codes(column: pa.StringArray) -> tuple[NDArray[np.int32], list[str]]:
    coded = column.dictionary_encode()
    words = coded.dictionary.to_pylist()
    codes = coded.indices.to_numpy().astype(np.int32)
    codes[codes == (words.index("") if "" in words else NO_CODE)] = NO_CODE
    return codes, words
