"""Draw a digit as a small picture: `python -m {{ cookiecutter.package_name }}.sketch 3 data/mine/three.png`."""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = 64  # pixels, width and height
DIGITS = "0123456789"


def sketch(digit: str) -> Image.Image:
    """Return a grey picture of SIZE x SIZE pixels, a white digit on black; the same digit, the same pixels."""
    picture = Image.new("L", (SIZE, SIZE))
    font = ImageFont.load_default(SIZE * 3 // 4)
    ImageDraw.Draw(picture).text((SIZE / 2, SIZE / 2), digit, fill=255, font=font, anchor="mm")
    return picture


def main(digit: str, path: str) -> None:
    """Write the picture of a digit to a file, and make its folder where there is none."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    sketch(digit).save(path)
    print(f"{path}: the digit {digit}")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in tuple(DIGITS):
        sys.exit(f"Usage: python -m {__spec__.name} DIGIT FILE.png, with a DIGIT from 0 to 9")
    main(sys.argv[1], sys.argv[2])
