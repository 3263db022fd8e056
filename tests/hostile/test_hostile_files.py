"""Files that once misled a reader: each is refused, with little memory and time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml
from tests.processes import run_process

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent / "files"
EXPECTED: dict[str, str] = yaml.safe_load(FOLDER.with_suffix(".yaml").read_text())
MOST_MEMORY_MB = 400
PATIENCE = 600
"""Seconds until a reader counts as hanging."""
# Not getrusage: it counts what the process that started this one had in memory.
READ = """
import shutil
import sys
from pathlib import Path
from galaxy_keras.artefacts.checksum import append_checksum
from galaxy_keras.artefacts.architecture.architecture_file import read_architecture
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.checkpoint import read_checkpoint
from galaxy_keras.errors import GalaxyKerasError

READERS = {".json": read_architecture, ".h5": read_checkpoint}
path = Path(sys.argv[1])
if path.suffix == ".h5":
    path = Path(shutil.copy(path, sys.argv[2]))
    append_checksum(path)
try:
    READERS.get(path.suffix, read_model)(path)
except GalaxyKerasError as error:
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print(int(status["VmHWM"].split()[0]) // 1024)
    print(error)
"""


def test_every_file_has_its_message() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_file(name: str, tmp_path: Path) -> None:
    # Another process, because a hang in native code could not be ended in this one.
    result = run_process(
        [sys.executable, "-c", READ, str(FOLDER / name), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    memory, _, message = result.stdout.partition("\n")
    assert EXPECTED[name] in message
    assert int(memory) < MOST_MEMORY_MB
