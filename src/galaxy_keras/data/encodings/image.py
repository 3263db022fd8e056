"""Pictures as arrays of one shape."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from galaxy_keras.catalogue.encodings import MAX_SIDE, EncodingEntry
from galaxy_keras.data.encodings import encoding
from galaxy_keras.data.encodings.encoding import EncodingState, RawColumns
from galaxy_keras.data.encodings.state import StateReader
from galaxy_keras.data.encodings.text import get_text_column
from galaxy_keras.errors import DataError, escape_name

MAX_PIXELS: Final = 50_000_000
"""The most pixels of a picture that is decoded."""

FORMATS: Final = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
"""The formats that are read, by Pillow's names; others have decoders that few people need."""

_GREY_16_BITS: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I")
_STEPS_OF_16_BITS: Final = 257
"""The factor from 8 to 16 bits: 65535 / 255."""
_COLOURS: Final = 3
_MODES: Final = {1: "L", 3: "RGB", 4: "RGBA"}
_WHITE: Final = (255, 255, 255, 255)


class Encoding(encoding.Encoding):
    """Pictures, whose names are in a column, resized to one shape.

    They are turned as their EXIF orientation says; of an animation, the first frame counts.
    Transparent pixels lie on white unless opacity is a channel. 16 bits keep their precision in
    shades of grey. Resizing is bilinear, over all pixels that a smaller one covers.
    """

    unit = "pictures"

    _height: int
    _width: int

    @classmethod
    def fit(cls, entry: EncodingEntry, options: Mapping[str, Any], columns: RawColumns) -> Self:
        """Take the size of the first picture where the options have none."""
        self = cls(entry, options)
        height, width = self.options["height"], self.options["width"]
        if not columns.rows:
            raise DataError("the encoding image was given no pictures. Check names and folder")
        if height is None or width is None:
            first = self._open(columns, 0)
            height, width = height or first.height, width or first.width
        self._height, self._width = min(height, MAX_SIDE), min(width, MAX_SIDE)
        return self

    @classmethod
    def restore(
        cls, entry: EncodingEntry, options: Mapping[str, Any], state: EncodingState
    ) -> Self:
        """Read the size."""
        self = cls(entry, options)
        reader = StateReader(entry.name, state)
        self._height = reader.read_count("height", least=1, most=MAX_SIDE)
        self._width = reader.read_count("width", least=1, most=MAX_SIDE)
        for name, value in (("height", self._height), ("width", self._width)):
            if self.options[name] not in (None, value):
                reader.refuse(name, f"is not the option {name}={self.options[name]}")
        return self

    def get_state(self) -> EncodingState:
        """Return the size."""
        return EncodingState({"height": self._height, "width": self._width})

    @property
    def shape(self) -> tuple[int, ...]:
        """Height, width and channels."""
        return self._height, self._width, self._channels

    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return the values of all pixels, divided by `scale`."""
        encoded = np.empty((columns.rows, *self.shape), np.float32)
        for row in range(columns.rows):
            encoded[row] = self._resize(self._open(columns, row, max(self._height, self._width)))
        self.tally.cells += columns.rows
        encoded /= self.options["scale"]
        return encoded

    def describe(self) -> list[str]:
        """Return size and channels."""
        channels = self._channels
        return [
            f"{self._height:,} x {self._width:,} pixels, {channels} "
            f"{'channel' if channels == 1 else 'channels'}, values from 0 to "
            f"{255 / self.options['scale']:.6g}"
        ]

    def _open(self, columns: RawColumns, row: int, side: int | None = None) -> Image.Image:
        name = get_text_column(self.entry, columns)[row].strip()
        where = columns.locate(row)
        if not name:
            raise DataError(
                f"{where}: there is no name of a picture. Fill it in, or remove the row"
            )
        if columns.read_file is None:
            raise DataError(
                "the encoding image takes pictures, but no folder or zip archive with pictures is "
                "given. Give them as --features, or with --pictures beside a table of their names"
            )
        try:
            content = columns.read_file(name)
        except DataError as error:
            raise error.with_prefix(where) from error
        where = f'{where}: the picture "{escape_name(name)}"'
        return decode_picture(content, where, self._mode, side)

    @property
    def _channels(self) -> int:
        return self.options["channels"] or _COLOURS

    @property
    def _mode(self) -> str:
        return _MODES[self._channels]

    def _resize(self, picture: Image.Image) -> NDArray[np.float32]:
        """Return the pixels in the shape of a sample."""
        size, method = (self._width, self._height), Image.Resampling.BILINEAR
        match self.options["resize"]:
            case "crop":
                resized = ImageOps.fit(picture, size, method)
            case "pad":
                resized = ImageOps.pad(picture, size, method)
            case _:
                resized = picture.resize(size, method)
        pixels = np.asarray(resized, np.float32)
        return pixels if pixels.ndim == 3 else pixels[:, :, np.newaxis]


def decode_picture(content: bytes, where: str, mode: str, side: int | None = None) -> Image.Image:
    """Return a picture that stands upright, its values from 0 to 255.

    Parameters
    ----------
    content
        The file.
    where
        How messages begin.
    mode
        Pillow's mode: ``L``, ``RGB`` or ``RGBA``. Shades of grey of 16 bits are returned in mode
        ``F``, if they shall be shades of grey.
    side
        The longer side to which it is reduced later. A JPEG file of more than twice that is
        decoded in half its size, or less, which is many times as fast. None for all pixels.

    Raises
    ------
    DataError
        If it is not of a format that is read, damaged or too large.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of what it can repair, such as a damaged EXIF block.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                _check_size(picture, where)
                if side is not None:
                    picture.draft(None, (2 * side, 2 * side))
                return _convert(ImageOps.exif_transpose(picture), mode, where)
    except DataError:
        raise
    except UnidentifiedImageError as error:
        raise DataError(
            f"{where} is not of a format that is read ({', '.join(FORMATS)}), or is damaged. Save "
            "it as PNG or JPEG"
        ) from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise DataError(_describe_large(where, "too many")) from error
    # Decoders of damaged files raise what they happen to stumble over.
    except Exception as error:
        raise DataError(f"{where} is damaged ({error}). Save it anew, or remove it") from error


def _check_size(picture: Image.Image, where: str) -> None:
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS:
        raise DataError(_describe_large(where, f"{pixels:,}"))


def _describe_large(where: str, pixels: str) -> str:
    return (
        f"{where} has {pixels} pixels, where at most {MAX_PIXELS:,} are read. Save it in a smaller "
        "size"
    )


def _convert(picture: Image.Image, mode: str, where: str) -> Image.Image:
    if picture.mode == "F":
        raise DataError(f"{where} has numbers of 32 bits. Save it with 8 or 16 bits")
    if picture.mode in _GREY_16_BITS:
        return _reduce_16_bits(picture, mode)
    if picture.mode not in ("L", "RGB", mode):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if picture.mode == "RGBA" and mode != "RGBA":
        background = Image.new("RGBA", picture.size, _WHITE)
        picture = Image.alpha_composite(background, picture)
    return picture.convert(mode)


def _reduce_16_bits(picture: Image.Image, mode: str) -> Image.Image:
    """Return shades of grey of 16 bits with values from 0 to 255."""
    values = np.asarray(picture).astype(np.float32).clip(0, 65535) / _STEPS_OF_16_BITS
    if mode == "L":
        return Image.fromarray(values, "F")
    return Image.fromarray(np.rint(values).astype(np.uint8), "L").convert(mode)
