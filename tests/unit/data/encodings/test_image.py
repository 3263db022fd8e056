"""Pictures of any kind, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from galaxy_keras.artefacts.pictures import opening_pictures
from galaxy_keras.data.encodings.encoding import Encoding, RawColumns
from galaxy_keras.data.encodings.image import FORMATS
from galaxy_keras.data.encodings.registry import fit_encoding, restore_encoding
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.values.literals import parse_call
from galaxy_keras.schema.values.relations import check_relations
from galaxy_keras.schema.values.values import check_options

from .fitting import ENCODINGS

RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255,) * 3, (0,) * 3


def save(picture: Image.Image, name: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


def draw(*rows: list[tuple[int, ...]], mode: str = "RGB") -> Image.Image:
    return Image.fromarray(np.array(rows, np.uint8), mode=None).convert(mode)


def read(options: str, *contents: bytes) -> tuple[Encoding, np.ndarray]:
    """Return the encoding, fitted, stored and restored, and the pictures as it encodes them."""
    names = [str(number) for number in range(len(contents))]
    columns = RawColumns(("file",), (names,), read_file=lambda name: contents[int(name)])
    _, given = parse_call(f"image {options}")
    entry = ENCODINGS.get("image")
    checked = check_options(entry, given, "image")
    check_relations(entry, checked, "image")
    state = fit_encoding("image", checked, columns).get_state()
    image = restore_encoding("image", checked, state)
    encoded = image.encode(columns)
    assert encoded.shape == (len(contents), *image.shape)
    assert encoded.dtype == image.dtype
    return image, encoded


def decode(content: bytes, options: str = "") -> list[Any]:
    """Return the values of one picture, as they are in the file."""
    return np.rint(read(f"scale=1 {options}", content)[1][0]).astype(int).tolist()


TWO = [RED, BLUE], [WHITE, BLACK]


def test_size_and_scale():
    image, encoded = read("height=4 width=6", save(draw(*TWO)))
    assert encoded.shape == (1, 4, 6, 3)
    assert (encoded.min(), encoded.max()) == (0, 1)
    assert image.describe() == ["4 x 6 pixels, 3 channels, values from 0 to 1"]
    assert image.tally.cells == 1


def test_the_first_picture_gives_the_size_that_is_left_out():
    image, _ = read(
        "channels=1 scale=1", save(Image.new("L", (5, 2))), save(Image.new("L", (9, 9)))
    )
    assert image.shape == (2, 5, 1)
    assert image.describe() == ["2 x 5 pixels, 1 channel, values from 0 to 255"]
    assert read("width=3", save(Image.new("L", (5, 2))))[0].shape == (2, 3, 3)


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_read(name: str):
    lossless = {"lossless": True} if name == "WEBP" else {}
    content = save(Image.new("RGB", (8, 8), (0, 0, 255)), name, **lossless)
    assert np.abs(np.array(decode(content)) - BLUE).max() <= 1


MODES = {
    "1": (Image.new("1", (1, 1), 1), WHITE),
    "L": (Image.new("L", (1, 1), 7), (7, 7, 7)),
    "LA": (Image.new("LA", (1, 1), (7, 255)), (7, 7, 7)),
    "LA that is transparent": (Image.new("LA", (1, 1), (7, 0)), WHITE),
    "RGBA that is half transparent": (Image.new("RGBA", (1, 1), (255, 0, 0, 128)), (255, 127, 127)),
    "P": (Image.new("RGB", (1, 1), GREEN).convert("P"), GREEN),
    "16 bits": (Image.fromarray(np.array([[65535 // 3]], np.uint16)), (85, 85, 85)),
}


@pytest.mark.parametrize(("picture", "expected"), MODES.values(), ids=MODES)
def test_each_mode_is_read(picture: Image.Image, expected: tuple[int, ...]):
    assert decode(save(picture)) == [[list(expected)]]


def test_cmyk_is_read():
    content = save(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG")
    assert np.abs(np.array(decode(content)) - RED).max() <= 2


def test_a_palette_with_transparency():
    palette = Image.new("P", (1, 1), 0)
    palette.putpalette([255, 0, 0])
    assert decode(save(palette, transparency=0)) == [[list(WHITE)]]
    assert decode(save(palette, transparency=0), "channels=4") == [[[255, 0, 0, 0]]]


def test_shades_of_grey_of_16_bits_keep_their_precision():
    steps = np.array([[0, 100, 200, 65535]], np.uint16)
    _, encoded = read("channels=1", save(Image.fromarray(steps)))
    np.testing.assert_allclose(encoded[0, 0, :, 0], steps[0] / 65535, rtol=1e-6)


def test_only_the_first_frame_counts():
    frames = [Image.new("RGB", (2, 2), colour) for colour in (RED, GREEN, BLUE)]
    for name in ("GIF", "TIFF", "WEBP"):
        options = {"lossless": True} if name == "WEBP" else {}
        content = save(frames[0], name, save_all=True, append_images=frames[1:], **options)
        assert np.abs(np.array(decode(content)) - RED).max() <= 1


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (1, [[RED, BLUE], [WHITE, BLACK]]),
        (3, [[BLACK, WHITE], [BLUE, RED]]),
        (6, [[WHITE, RED], [BLACK, BLUE]]),
        (8, [[BLUE, BLACK], [RED, WHITE]]),
    ],
)
def test_the_picture_is_turned_as_exif_says(orientation: int, expected: list[Any]):
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert decode(save(draw(*TWO), exif=exif)) == [[list(p) for p in row] for row in expected]


def test_resizing():
    wide = save(draw([RED, GREEN, GREEN, BLUE], [RED, GREEN, GREEN, BLUE]))
    assert decode(wide, "height=2 width=2 resize=crop") == [[list(GREEN)] * 2] * 2
    padded = decode(wide, "height=4 width=4 resize=pad")
    assert [padded[0], padded[3]] == [[[0, 0, 0]] * 4] * 2
    assert padded[1] == [list(RED), list(GREEN), list(GREEN), list(BLUE)]
    # A pixel that covers several is a mean of them, not one of them.
    assert decode(wide, "height=1 width=1") == [[[53, 149, 53]]]
    grey = save(Image.fromarray(np.full((2, 4), 65535, np.uint16)))
    assert decode(grey, "height=4 width=4 channels=1 resize=pad")[0] == [[0]] * 4


def test_a_large_jpeg_file_is_decoded_in_a_smaller_size():
    steps = np.add.outer(np.arange(512), np.arange(768)) // 5
    picture = Image.fromarray(np.repeat(steps[:, :, np.newaxis], 3, axis=2).astype(np.uint8))
    whole, reduced = save(picture), save(picture, "JPEG", quality=95)
    for options in ("", "resize=crop", "resize=pad"):
        read_whole, read_reduced = (
            np.array(decode(content, f"height=24 width=32 {options}"))
            for content in (whole, reduced)
        )
        assert np.abs(read_whole - read_reduced).max() <= 2
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = decode(save(picture, "JPEG", quality=95, exif=exif), "height=30 width=20")
    expected = decode(save(picture.transpose(Image.Transpose.ROTATE_270)), "height=30 width=20")
    assert np.abs(np.array(turned) - np.array(expected)).max() <= 2


NOISE = Image.fromarray(np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", " is not of a format that is read (PNG, JPEG, GIF, BMP, TIFF, WEBP, PPM), or is "
         "damaged. Save it as PNG or JPEG"),
        (b"<svg/>", " is not of a format that is read"),
        (save(NOISE)[:2000], " is damaged (image file is truncated"),
        (save(NOISE, "JPEG")[:900], " is damaged (image file is truncated"),
        (save(Image.new("1", (60_000, 1_000))), " has 60,000,000 pixels, where at most 50,000,000 "
         "are read. Save it in a smaller size"),
        (save(Image.new("1", (10_000, 10_000))), " has too many pixels, where at most 50,000,000"),
        (save(Image.new("1", (20_000, 20_000))), " has too many pixels, where at most 50,000,000"),
        (save(Image.new("F", (2, 2)), "TIFF"), " has numbers of 32 bits. Save it with 8 or "
         "16 bits"),
    ],
)  # fmt: skip
def test_pictures_that_cannot_be_read(content: bytes, message: str):
    with pytest.raises(DataError) as error:
        read("height=2 width=2", content)
    assert f'row 1, column "file": the picture "0"{message}' in str(error.value)


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_pictures_are_read_or_refused(name: str):
    random = np.random.default_rng(5)
    whole = np.frombuffer(save(NOISE, name), np.uint8)
    for _ in range(150):
        damaged = whole.copy()
        places = random.integers(0, len(damaged), 8)
        damaged[places] = random.integers(0, 256, 8)
        cut = len(damaged) if random.random() < 0.7 else random.integers(len(damaged))
        message = find_problem(damaged[:cut].tobytes())
        assert not message or message.startswith('row 1, column "file": the picture "0" ')


def find_problem(content: bytes) -> str:
    """Return why a picture is refused; an empty text if it is read."""
    try:
        decode(content, "height=3 width=3")
    except DataError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (RawColumns(("file",), ([],)), "the encoding image was given no pictures. Check names and "
         "folder"),
        (RawColumns(("file",), ([" "],)), 'row 1, column "file": there is no name of a picture. '
         "Fill it in, or remove the row"),
        (RawColumns(("file",), (["a.png"],)), "the encoding image takes pictures, but no folder or "
         "zip archive with pictures is given. Give them as --features, or with --pictures beside a "
         "table of their names"),
        (RawColumns(("a", "b"), (["a"], ["b"])), "the encoding image takes one column, but 2 are "
         "given (a, b). Choose one: image columns=..."),
    ],
)  # fmt: skip
def test_columns_without_pictures(columns: RawColumns, message: str):
    with pytest.raises(DataError) as error:
        fit_encoding("image", {}, columns)
    assert str(error.value) == message


def test_pictures_in_a_folder(tmp_path: Path):
    (tmp_path / "a.png").write_bytes(save(Image.new("L", (2, 2), 51)))
    with opening_pictures(tmp_path) as files:
        columns = RawColumns(("file",), (["a.png", " b.png"],), read_file=files.read)
        image = fit_encoding("image", {"channels": 1}, columns)
        with pytest.raises(DataError) as error:
            image.encode(columns)
        first = RawColumns(("file",), (["a.png"],), read_file=files.read)
        assert image.encode(first).ravel().tolist() == [np.float32(0.2)] * 4
    assert str(error.value) == (
        f'row 2, column "file": {tmp_path} has no file "b.png". Did you mean "a.png"? Check the '
        "names of the pictures"
    )


def test_two_channels_are_none():
    with pytest.raises(ConfigurationError) as error:
        read("channels=2", save(NOISE))
    assert str(error.value) == "image: channels must be 1, 3 or 4"
