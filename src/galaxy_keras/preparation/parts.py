"""Which rows belong to a part of a prediction.

What a network computes from a row depends, in the last digits, on the rows of the same batch. So
parts consist of whole batches of the one run that they replace, and put together they are its
output, byte for byte.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator

from galaxy_keras.data.features import Arrays
from galaxy_keras.schema.requests.parts import Part

logger = logging.getLogger(__name__)


def choose_rows(part: Part, total: int, *, chunk_rows: int, batch_size: int) -> range:
    """Return the rows of a part, from 0; empty where there are fewer batches than parts.

    Parameters
    ----------
    part
        The part.
    total
        The rows of the file.
    chunk_rows
        Rows that are read at once; a batch ends where they end.
    batch_size
        Rows that are computed at once.
    """
    batches_per_chunk = math.ceil(chunk_rows / batch_size)
    chunks, rest = divmod(total, chunk_rows)
    batches = part.choose(chunks * batches_per_chunk + math.ceil(rest / batch_size))

    def find_first_row(batch: int) -> int:
        chunk, position = divmod(batch, batches_per_chunk)
        return min(chunk * chunk_rows + position * batch_size, total)

    rows = range(find_first_row(batches.start), find_first_row(batches.stop))
    if rows:
        logger.info("Part %d of %d: rows %d to %d of %d.", *_describe(part, rows), total)
    else:
        logger.warning(
            "Part %d of %d has no rows: the %d rows are fewer batches than parts. Ask for fewer "
            "parts, or lower --batch-size in all of them.",
            part.number,
            part.count,
            total,
        )
    return rows


def drop_rows(chunks: Iterable[Arrays], count: int) -> Iterator[Arrays]:
    """Yield what follows the first `count` rows."""
    for chunk in chunks:
        rows = len(chunk[0])
        if rows > count:
            yield [array[count:] for array in chunk]
        count = max(count - rows, 0)


def take_rows(chunks: Iterable[Arrays], count: int) -> Iterator[Arrays]:
    """Yield the first `count` rows; no more chunks are asked for than have them."""
    if not count:
        return
    for chunk in chunks:
        taken = [array[:count] for array in chunk]
        yield taken
        count -= len(taken[0])
        if not count:
            return


def _describe(part: Part, rows: range) -> tuple[int, int, int, int]:
    return part.number, part.count, rows.start + 1, rows.stop
