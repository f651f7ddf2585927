import numpy as np
import pytest

from inference.images import Image
from inference.stills import decode_photo
from tests.drawing import draw_face


def test_pixels_stay_out_of_the_repr():
    assert repr(decode_photo(draw_face(64, 64))) == "Image(full_size=(64, 64))"


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (0, 4, 3)])
def test_image_refuses_other_shapes(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match="expected"):
        Image.of(np.zeros(shape, np.uint8))
