"""Writes invented pictures of circles, squares and triangles in zip archives, a folder a shape.

The shapes of new pictures are in a table too, in the order of their names.

Each has its colours, place and size at random. Run `python make_shapes.py` to write the files again
(their bytes depend on the versions of Pillow and zlib).
"""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
FILES = {"shapes.zip": 100, "shapes_new.zip": 20}
"""The number of pictures of each shape."""
SHAPES = ("circle", "square", "triangle")
SEED = 20261201
SIDE = 24
SMALLEST, LARGEST = 10, 16
DARK, BRIGHT = range(100), range(150, 256)


def draw_shape(shape: str, chance: random.Random) -> Image.Image:
    """Return a picture of a bright shape on dark ground."""
    ground = tuple(chance.choices(DARK, k=3))
    colour = tuple(chance.choices(BRIGHT, k=3))
    picture = Image.new("RGB", (SIDE, SIDE), ground)
    size = chance.randint(SMALLEST, LARGEST)
    left, top = (chance.randint(1, SIDE - 1 - size) for _ in range(2))
    right, bottom = left + size, top + size
    canvas = ImageDraw.Draw(picture)
    if shape == "circle":
        canvas.ellipse((left, top, right, bottom), colour)
    elif shape == "square":
        canvas.rectangle((left, top, right, bottom), colour)
    else:
        canvas.polygon([(left, bottom), (right, bottom), ((left + right) // 2, top)], colour)
    return picture


def main() -> None:
    """Write pictures to train on, and new ones."""
    chance = random.Random(SEED)  # noqa: S311 (a repeatable sequence is what is wanted)
    for name, count in FILES.items():
        with zipfile.ZipFile(HERE / name, "w") as archive:
            for shape in SHAPES:
                for number in range(1, count + 1):
                    file = io.BytesIO()
                    draw_shape(shape, chance).save(file, "PNG", optimize=True)
                    # A fixed date makes the archive the same each time.
                    archive.writestr(zipfile.ZipInfo(f"{shape}/{number:03}.png"), file.getvalue())
    kinds = [shape for shape in SHAPES for _ in range(FILES["shapes_new.zip"])]
    (HERE / "shapes_new_kinds.tsv").write_text("\n".join(["kind", *kinds]) + "\n")


if __name__ == "__main__":
    main()
