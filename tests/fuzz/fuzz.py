"""Coverage-guided fuzzing of what reads files and texts of users, with atheris (libFuzzer).

Usage: python tests/fuzz/fuzz.py TARGET CORPUS_FOLDER [options of libFuzzer]

`TARGETS` lists the targets. The corpus begins with small valid inputs, and keeps what reaches new
code. A reader may refuse what it is given with an error of ours; anything else, more than 1 GiB of
memory, or more than 20 s for one input, ends the run with the input in a file. `make fuzz` runs
each for 30 minutes.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["galaxy_keras", "json", "yaml", "zipfile"]):
    from pydantic import ValidationError

    from galaxy_keras.artefacts.architecture.architecture_file import decode_architecture
    from galaxy_keras.artefacts.architecture.spec_file import read_spec_file
    from galaxy_keras.artefacts.checksum import append_checksum
    from galaxy_keras.artefacts.json_text import parse_json
    from galaxy_keras.artefacts.model_file import read_model
    from galaxy_keras.artefacts.models.builder import read_builder
    from galaxy_keras.artefacts.models.checkpoint import read_checkpoint
    from galaxy_keras.artefacts.tables import read_columns, read_features
    from galaxy_keras.artefacts.tables.fasta import iterate_records
    from galaxy_keras.artefacts.tables.matrix_market import iterate_matrix
    from galaxy_keras.errors import GalaxyKerasError
    from galaxy_keras.galaxy import (
        keras_model_builder,
        keras_model_config,
        keras_train_and_eval,
        ml_visualization_ex,
        model_prediction,
    )
    from galaxy_keras.schema.architecture.shapes import infer_shapes
    from galaxy_keras.schema.architecture.spec import parse_spec
    from galaxy_keras.schema.training.settings import TrainingSettings
    from galaxy_keras.schema.values.literals import (
        parse_assignment,
        parse_call,
        parse_keywords,
        parse_literal,
    )

Target = Callable[[bytes], None]
Mutator = Callable[[bytes, int, int], bytes]

ROOT = Path(__file__).parents[2]
LIMITS = ("-rss_limit_mb=1024", "-timeout=20", "-max_len=60000")
MEMORY_DISK = Path("/dev/shm")  # noqa: S108
MAX_CHANGES = 4
DECODERS: tuple[Callable[[dict[str, object]], object], ...] = (
    decode_architecture,
    TrainingSettings.model_validate,
)
FORM_READERS: tuple[Callable[[dict[str, object]], object], ...] = (
    keras_model_config.read_spec,
    keras_model_builder.read_options,
    keras_train_and_eval.read_options,
    model_prediction.read_options,
    ml_visualization_ex.read_command,
)
TEXT_PARSERS: tuple[Callable[[str], object], ...] = (
    parse_literal,
    parse_call,
    parse_keywords,
    parse_assignment,
)


@dataclass(frozen=True)
class Fuzzed:
    """What is fuzzed.

    Attributes
    ----------
    make
        Makes what is called with each input.
    seeds
        Patterns of the valid files that the corpus begins with.
    in_place
        Whether inputs are such files with one to four fields changed, which keep their places:
        deep in a binary format, an inserted byte only ever shows that what follows is damaged.
    """

    make: Callable[[], Target]
    seeds: tuple[str, ...]
    in_place: bool = False


def read_json_bytes(data: bytes) -> None:
    """Parse JSON, and take it for an architecture and for training settings."""
    _decode_json(data, DECODERS)


def read_form_bytes(data: bytes) -> None:
    """Parse JSON, and take it for the form of each tool."""
    _decode_json(data, FORM_READERS)


def read_text_bytes(data: bytes) -> None:
    """Take text for a value, a call, keywords and an assignment of the command line."""
    text = data.decode("utf-8", "surrogateescape")
    for parse in TEXT_PARSERS:
        try:
            parse(text)
        except GalaxyKerasError:
            continue


def _decode_json(data: bytes, decoders: tuple[Callable[[dict[str, object]], object], ...]) -> None:
    try:
        document = parse_json(data, "fuzz.json")
    except GalaxyKerasError:
        return
    for decode in decoders:
        try:
            decode(document)
        except (GalaxyKerasError, ValidationError):
            continue


def _read_spec(path: Path) -> None:
    infer_shapes(parse_spec(read_spec_file(path)))


def _read_table(path: Path) -> None:
    for read in (read_features, read_columns):
        for header in (False, True):
            try:
                read(path, header=header)
            except GalaxyKerasError:
                continue


def _read_matrix(path: Path) -> None:
    for _ in iterate_matrix(path, 10):
        pass


def _read_sequences(path: Path) -> None:
    for _ in iterate_records(path):
        pass


def _read_sealed(path: Path) -> None:
    # Without a checksum that fits, nothing would reach the reader.
    append_checksum(path)
    read_checkpoint(path)


def read_file(reader: Callable[[Path], object]) -> Callable[[], Target]:
    """Return what makes a target that gives its bytes to `reader` as a file."""

    def make() -> Target:
        folder = MEMORY_DISK if MEMORY_DISK.is_dir() else None
        handle, name = tempfile.mkstemp(prefix="galaxy-keras-fuzz-", dir=folder)
        os.close(handle)
        path = Path(name)

        def read(data: bytes) -> None:
            path.write_bytes(data)
            try:
                reader(path)
            except GalaxyKerasError:
                return

        return read

    return make


_HDF5_SEEDS = ("tests/unit/artefacts/models/files/*.h5mlm", "tests/fixtures/galaxy_ml/*.h5mlm")
_ZIP_SEEDS = ("tests/unit/artefacts/models/files/*.zip",)
TARGETS = {
    "json": Fuzzed(
        lambda: read_json_bytes,
        ("tests/fixtures/keras2/*/architecture.json", "tests/fuzz/seeds/*.json"),
    ),
    "zip": Fuzzed(read_file(read_builder), _ZIP_SEEDS),
    "zip-fields": Fuzzed(read_file(read_builder), _ZIP_SEEDS, in_place=True),
    "hdf5": Fuzzed(read_file(read_model), _HDF5_SEEDS),
    "hdf5-fields": Fuzzed(read_file(read_model), _HDF5_SEEDS, in_place=True),
    "yaml": Fuzzed(read_file(_read_spec), ("tests/acceptance/specs/*/*.yaml",)),
    "literal": Fuzzed(lambda: read_text_bytes, ("tests/fuzz/seeds/*.txt",)),
    "table": Fuzzed(read_file(_read_table), ("tests/fuzz/seeds/*.tsv",)),
    "matrix": Fuzzed(read_file(_read_matrix), ("tests/fuzz/seeds/*.mtx",)),
    "fasta": Fuzzed(read_file(_read_sequences), ("tests/fuzz/seeds/*.fasta",)),
    "form": Fuzzed(lambda: read_form_bytes, ("tests/unit/galaxy/forms/*/*.json",)),
    "checkpoint": Fuzzed(read_file(_read_sealed), ("tests/fuzz/seeds/*.h5",)),
    "checkpoint-fields": Fuzzed(read_file(_read_sealed), ("tests/fuzz/seeds/*.h5",), in_place=True),
}


def iterate_seeds(name: str) -> Iterator[Path]:
    """Yield the valid files that a corpus begins with."""
    for pattern in TARGETS[name].seeds:
        yield from sorted(ROOT.glob(pattern))


def write_seeds(name: str, folder: Path) -> None:
    """Copy the valid files that a corpus begins with."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(iterate_seeds(name)):
        (folder / f"{path.parent.name}-{number}-{path.name}").write_bytes(path.read_bytes())


def make_mutator(seeds: list[bytes]) -> Mutator:
    """Return a mutator that changes one to four fields of a valid file and keeps its length."""

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        drawn = random.Random(seed)
        changed = bytearray(data if len(data) in map(len, seeds) else drawn.choice(seeds))
        for _ in range(drawn.randint(1, MAX_CHANGES)):
            size = drawn.choice((1, 2, 4, 8))
            start = drawn.randrange(len(changed) - size)
            old = int.from_bytes(changed[start : start + size], "little")
            most = 256**size - 1
            values = (0, 1, most, most // 2, old + 1, old - 1, old ^ 1 << drawn.randrange(8 * size))
            new = drawn.choice((*values, drawn.randint(0, most))) & most
            changed[start : start + size] = new.to_bytes(size, "little")
        return bytes(changed[:max_size])

    return mutate


def main() -> None:
    """Fuzz until a limit of libFuzzer is reached or something is found."""
    logging.disable(logging.CRITICAL)
    name, folder, *options = sys.argv[1:]
    fuzzed = TARGETS[name]
    write_seeds(name, Path(folder))
    arguments = [sys.argv[0], folder, *LIMITS, *options]
    if fuzzed.in_place:
        mutator = make_mutator([path.read_bytes() for path in iterate_seeds(name)])
        atheris.Setup(arguments, fuzzed.make(), custom_mutator=mutator)
    else:
        atheris.Setup(arguments, fuzzed.make())
    atheris.Fuzz()


if __name__ == "__main__":
    main()
