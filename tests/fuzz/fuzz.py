"""Coverage-guided fuzzing of the readers of model files, with atheris (libFuzzer).

Usage: python tests/fuzz/fuzz.py json|zip|hdf5 CORPUS_FOLDER [options of libFuzzer]

The corpus begins with small valid files, and keeps what reaches new code. A reader may refuse
what it is given with an error of ours; anything else, more than 1 GiB of memory, or more than
20 s for one input, ends the run with the input in a file. `make fuzz` runs each for 30 minutes.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["galaxy_keras", "json", "zipfile"]):
    from pydantic import ValidationError

    from galaxy_keras.artefacts.architecture.architecture_file import decode_architecture
    from galaxy_keras.artefacts.json_text import parse_json
    from galaxy_keras.artefacts.model_file import read_model
    from galaxy_keras.artefacts.models.builder import read_builder
    from galaxy_keras.errors import GalaxyKerasError
    from galaxy_keras.schema.training.settings import TrainingSettings

ROOT = Path(__file__).parents[2]
LIMITS = ("-rss_limit_mb=1024", "-timeout=20", "-max_len=60000")
MEMORY_DISK = Path("/dev/shm")  # noqa: S108
SEEDS = {
    "json": ("tests/fixtures/keras2/*/architecture.json", "tests/fuzz/seeds/*.json"),
    "zip": ("tests/unit/artefacts/models/files/*.zip",),
    "hdf5": ("tests/unit/artefacts/models/files/*.h5mlm", "tests/fixtures/galaxy_ml/*.h5mlm"),
}
DECODERS: tuple[Callable[[dict[str, object]], object], ...] = (
    decode_architecture,
    TrainingSettings.model_validate,
)


def read_json_bytes(data: bytes) -> None:
    """Parse JSON, and take it for an architecture and for training settings."""
    try:
        document = parse_json(data, "fuzz.json")
    except GalaxyKerasError:
        return
    for decode in DECODERS:
        try:
            decode(document)
        except (GalaxyKerasError, ValidationError):
            continue


def read_file(reader: Callable[[Path], object]) -> Callable[[bytes], None]:
    """Return a target that gives its bytes to `reader` as a file."""
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


def make_target(name: str) -> Callable[[bytes], None]:
    """Return what is called with each input."""
    if name == "json":
        return read_json_bytes
    return read_file(read_builder if name == "zip" else read_model)


def write_seeds(name: str, folder: Path) -> None:
    """Copy the valid files that a corpus begins with."""
    folder.mkdir(parents=True, exist_ok=True)
    for pattern in SEEDS[name]:
        for number, path in enumerate(sorted(ROOT.glob(pattern))):
            (folder / f"{path.parent.name}-{number}-{path.name}").write_bytes(path.read_bytes())


def main() -> None:
    """Fuzz until a limit of libFuzzer is reached or something is found."""
    logging.disable(logging.CRITICAL)
    name, folder, *options = sys.argv[1:]
    write_seeds(name, Path(folder))
    atheris.Setup([sys.argv[0], folder, *LIMITS, *options], make_target(name))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
