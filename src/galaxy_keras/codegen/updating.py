"""Writing generated files, or checking that those in the repository are current."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

CHECK = "--check"


def update_files(files: Mapping[Path, Callable[[], str]]) -> None:
    """Write each file if its text has changed; with ``--check`` in `sys.argv` only compare.

    Parameters
    ----------
    files
        For each path, the function that returns the text.

    Raises
    ------
    SystemExit
        With ``--check``, if a file is missing or not current.
    """
    texts = {path: render() for path, render in files.items()}
    stale = [path for path, text in texts.items() if not _is_current(path, text)]
    if CHECK in sys.argv[1:] and stale:
        sys.exit(f"not current: {', '.join(map(str, stale))}. Run `make generated`")
    for path in stale:
        path.write_text(texts[path], encoding="utf-8")
        print(f"wrote {path}")


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
