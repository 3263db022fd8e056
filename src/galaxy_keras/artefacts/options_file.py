"""The options of a command in a file: YAML with the name of each option and its value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from galaxy_keras.artefacts.architecture.spec_file import read_names_and_values
from galaxy_keras.artefacts.files import writing_atomically


def read_options_file(path: Path) -> dict[str, Any]:
    """Return the values by option name, as they are written.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, or is not YAML or JSON with names and values.
    """
    return read_names_and_values(path, "such as 'epochs: 10'")


def write_options_file(path: Path, options: Mapping[str, Any]) -> None:
    """Write values by option name as YAML, in the given order.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    text = yaml.safe_dump(dict(options), sort_keys=False, allow_unicode=True, width=1000)
    with writing_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
