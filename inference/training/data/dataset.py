"""The FER2013 pictures with their original labels and with ten people's votes (FER+)."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inference.classifier import N_FERPLUS
from inference.preprocess import SIDE

TRAIN_COLUMNS, TEST_COLUMNS = 170, 85
# Order of the vote columns. Source: E. Barsoum et al., "Training Deep Networks for Facial
# Expression Recognition with Crowd-Sourced Label Distribution", 2016, arXiv 1608.01041.
VOTE_NAMES = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "not a face",
)
NOT_A_FACE = 9
# Pictures in which half of the ten people saw no face are left out of training.
NOT_A_FACE_VOTES = 5


class Split(IntEnum):
    """The three parts of FER2013. Choose on PUBLIC; touch PRIVATE once per published network."""

    TRAINING = 0
    PUBLIC = 1
    PRIVATE = 2


@dataclass(frozen=True, slots=True)
class Faces:
    """Pictures of one split, row by row with what is known of them.

    Attributes:
        pictures: (n, 48, 48), uint8, gray.
        labels: (n,), int64, original FER2013 label, 0 to 6.
        votes: (n, 10), int64, FER+ votes in the order of `VOTE_NAMES`.
        copies: (n,), bool, the picture also stands in the training split (tests only).
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    votes: NDArray[np.int64]
    copies: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.labels)

    def where(self, keep: NDArray[np.bool_]) -> "Faces":
        """Return the rows that `keep`, (n,) bool, marks."""
        return Faces(self.pictures[keep], self.labels[keep], self.votes[keep], self.copies[keep])


def load_faces(directory: Path, split: Split) -> Faces:
    """Read one split from the packed sheets.

    Raises:
        FileNotFoundError: The directory lacks `labels.npz` or the sheet of pictures.
    """
    with np.load(directory / "labels.npz") as packed:
        rows = packed["split"] == split
        labels = packed["label"][rows].astype(np.int64)
        votes = packed["ferplus"][rows].astype(np.int64)
        train_tile, copies = packed["train_tile"], packed["test_copy_of_train"]
    if split is Split.TRAINING:
        pictures = _tiles(directory / "train_faces.webp", TRAIN_COLUMNS)[train_tile]
        return Faces(pictures, labels, votes, np.zeros(len(labels), np.bool_))
    n_public = len(copies) // 2
    part = slice(0, n_public) if split is Split.PUBLIC else slice(n_public, len(copies))
    pictures = _tiles(directory / "test_faces.png", TEST_COLUMNS)[: len(copies)][part]
    return Faces(pictures, labels, votes, copies[part].astype(np.bool_))


def clean(faces: Faces) -> Faces:
    """Return the rows that are fit for training."""
    return faces.where(teaches(faces))


def teaches(faces: Faces) -> NDArray[np.bool_]:
    """Return which rows, (n,) bool, are fit for training: not one gray level, a face to most."""
    flat = np.ptp(faces.pictures.reshape(len(faces), -1), axis=1) == 0
    return np.asarray(~flat & (faces.votes[:, NOT_A_FACE] < NOT_A_FACE_VOTES))


def vote_shares(votes: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the share of votes of each of FER+'s eight emotions.

    An emotion with a single vote counts as a slip and is dropped, as in the FER+ authors'
    own reading of the votes.

    Args:
        votes: (n, 10), counts.

    Returns:
        (n, 8), float32; a row sums to 1, or to 0 where no emotion has two votes.
    """
    counts = votes[:, :N_FERPLUS].astype(np.float32)
    counts[counts <= 1] = 0
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.zeros_like(counts)
    np.divide(counts, totals, out=shares, where=totals > 0)
    return shares


def _tiles(path: Path, columns: int) -> NDArray[np.uint8]:
    """Return the (n, 48, 48) pictures of a sheet with `columns` of them per row."""
    with Image.open(path) as opened:
        sheet = np.asarray(opened.convert("L"))
    tiles = sheet.reshape(-1, SIDE, columns, SIDE).swapaxes(1, 2)
    return np.ascontiguousarray(tiles.reshape(-1, SIDE, SIDE))
