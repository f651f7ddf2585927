"""The packed pictures, and what is made of the votes."""

from pathlib import Path

import numpy as np
import pytest

from inference.training.data.dataset import Faces, Split, clean, load_faces, vote_shares


@pytest.mark.shared
@pytest.mark.parametrize(
    ("split", "rows"), [(Split.TRAINING, 28_709), (Split.PUBLIC, 3_589), (Split.PRIVATE, 3_589)]
)
def test_split_has_the_published_size(fer2013: Path, split: Split, rows: int):
    faces = load_faces(fer2013, split)

    assert faces.pictures.shape == (rows, 48, 48)
    assert len(faces) == rows


@pytest.mark.shared
def test_original_private_labels_agree_with_people_in_sixty_four_percent(fer2013: Path):
    """The figure that FER+'s votes give; a wrong row order would make it a seventh."""
    faces = load_faces(fer2013, Split.PRIVATE)

    agreement = (faces.votes[:, [4, 5, 6, 1, 3, 2, 0]].argmax(1) == faces.labels).mean()

    assert agreement == pytest.approx(0.64, abs=0.03)


@pytest.mark.shared
def test_tests_that_are_copies_of_training_pictures_are_marked(fer2013: Path):
    training, private = load_faces(fer2013, Split.TRAINING), load_faces(fer2013, Split.PRIVATE)
    marked = private.where(private.copies)

    nearest = [
        np.abs(training.pictures.astype(np.int16) - picture).mean(axis=(1, 2)).min()
        for picture in marked.pictures[:5]
    ]

    assert max(nearest) < 3  # gray levels: the training pictures are stored with a small loss


def test_cleaning_drops_black_pictures_and_what_is_not_a_face():
    pictures = np.zeros((3, 48, 48), np.uint8)
    pictures[1:, 0, 0] = 255
    votes = np.zeros((3, 10), np.int64)
    votes[2, 9] = 5

    kept = clean(Faces(pictures, np.arange(3), votes, np.zeros(3, np.bool_)))

    assert kept.labels.tolist() == [1]


def test_single_votes_count_as_slips():
    shares = vote_shares(np.array([[6, 3, 1, 0, 0, 0, 0, 0, 0, 0]]))

    assert shares[0, :3].tolist() == pytest.approx([2 / 3, 1 / 3, 0])


def test_votes_for_no_emotion_teach_nothing():
    assert vote_shares(np.array([[1, 1, 0, 0, 0, 0, 0, 0, 8, 0]])).sum() == 0
