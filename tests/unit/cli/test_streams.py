"""What takes the place of the standard streams."""

from __future__ import annotations

import errno
import io
import os
from concurrent.futures import ThreadPoolExecutor

from galaxy_keras.cli.streams import Sink

CONTENT = bytes(range(256)) * 2000
"""More than a pipe holds."""


def test_a_reader_that_goes_ends_nothing_and_is_remembered() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with Sink(writer, "w") as sink:
        assert sink.write(b"first") == 5
        first = sink.error
        assert first is not None
        assert first.errno == errno.EPIPE
        assert sink.write(b"second") == 6
        assert sink.error is first


def test_a_descriptor_that_does_not_wait_is_waited_for() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with ThreadPoolExecutor() as pool, os.fdopen(reader, "rb") as content:
        read = pool.submit(content.read)
        with io.BufferedWriter(Sink(writer, "w")) as output:
            output.write(CONTENT)
        assert read.result() == CONTENT
