"""A sketch is small, white on black, and the same each time."""

import pytest
from PIL import Image

from {{ cookiecutter.package_name }}.sketch import DIGITS, SIZE, main, sketch


@pytest.mark.parametrize("digit", DIGITS)
def test_a_digit_lies_inside_of_its_picture(digit):
    picture = sketch(digit)
    left, top, right, bottom = picture.getbbox()
    assert picture.size == (SIZE, SIZE) and picture.getextrema() == (0, 255)
    assert 0 < left < right < SIZE and 0 < top < bottom < SIZE


def test_each_digit_has_its_own_picture():
    assert len({sketch(digit).tobytes() for digit in DIGITS}) == len(DIGITS)


def test_the_same_digit_gives_the_same_file(tmp_path):
    first, second = tmp_path / "a" / "7.png", tmp_path / "7.png"
    main("7", str(first))
    main("7", str(second))
    assert first.read_bytes() == second.read_bytes()
    assert Image.open(first).size == (SIZE, SIZE)
