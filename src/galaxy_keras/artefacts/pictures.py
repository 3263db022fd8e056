"""Pictures in a folder or a zip archive: their names, and the content of each."""

from __future__ import annotations

import itertools
import os
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.errors import DataError, escape_name, list_names, suggest

MAX_BYTES: Final = 64 * 2**20
"""The most bytes of one picture."""

MAX_FILES: Final = 1_000_000
"""The most files in a folder or an archive."""

SUFFIXES: Final = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm"}
)
"""How the names of pictures end where all pictures are taken."""

_ENCRYPTED: Final = 0x1
_RESOURCES_OF_MACOS: Final = "__MACOSX"
_ZIP_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class PictureFiles(ABC):
    """The files of a folder or an archive.

    Attributes
    ----------
    path
        The folder or the archive.
    names
        The names of all files inside, hidden ones left out, in order; folders end in ``/``.
    """

    def __init__(self, path: Path, names: Iterator[str]) -> None:
        self.path = path
        self.names = tuple(sorted(name for name in names if not _is_hidden(name)))
        self._known = frozenset(self.names)
        self._check_unique()
        self._by_last_part: dict[str, list[str]] = {}
        for name in self.names:
            self._by_last_part.setdefault(PurePosixPath(name).name, []).append(name)

    def _check_unique(self) -> None:
        twice = [name for name, after in itertools.pairwise(self.names) if name == after]
        if twice:
            names = list_names([escape_name(name) for name in dict.fromkeys(twice)], 5)
            raise DataError(
                f"{self.path} has several files of the same name: {names}. Make the archive again"
            )

    def list_pictures(self) -> list[str]:
        """Return the names that end as those of pictures do.

        Raises
        ------
        DataError
            If there are none.
        """
        pictures = [
            name for name in self.names if PurePosixPath(name).suffix.casefold() in SUFFIXES
        ]
        if not pictures:
            raise DataError(
                f"{self.path} has no pictures, whose names end in {', '.join(sorted(SUFFIXES))}"
            )
        return pictures

    def get_class(self, name: str) -> str:
        """Return the name of the folder that a picture is in, for one folder a class.

        Raises
        ------
        DataError
            If it is in none.
        """
        folder = PurePosixPath(name).parent.name
        if not folder:
            raise DataError(
                f'{self.path}: the picture "{escape_name(name)}" is in no folder, whose name would '
                "be its class. Put the pictures of each class into a folder, or give a table with "
                "names and classes"
            )
        return folder

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Parameters
        ----------
        name
            One of `names`, or the last part of only one of them.

        Raises
        ------
        DataError
            If there is no such file, or it cannot be read.
        """
        found = self._find(name)
        content = self._read(found, MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise DataError(
                f"{self._locate(found)} has more than {MAX_BYTES // 2**20} MiB. Save the picture "
                "in a smaller size"
            )
        return content

    @abstractmethod
    def _read(self, name: str, most: int) -> bytes:
        """Return the first `most` bytes of a file."""

    def _find(self, name: str) -> str:
        if name in self._known:
            return name
        candidates = self._by_last_part.get(name, [])
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise DataError(
                f'{self.path} has several files "{escape_name(name)}": '
                f"{list_names(candidates, 5)}. Name the folder too"
            )
        raise DataError(
            f'{self.path} has no file "{escape_name(name)}".{suggest(name, self.names)} Check the '
            "names of the pictures"
        )

    def _locate(self, name: str) -> str:
        return f"{self.path}: {escape_name(name)}"


class _Folder(PictureFiles):
    def __init__(self, path: Path) -> None:
        super().__init__(path, _walk(path))

    def _read(self, name: str, most: int) -> bytes:
        path = self.path / name
        try:
            with path.open("rb") as file:
                return file.read(most)
        except OSError as error:
            raise DataError(describe_read_failure(path, error)) from error


class _Archive(PictureFiles):
    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        _check_inside(path, archive.namelist())
        super().__init__(path, (name for name in archive.namelist() if not name.endswith("/")))
        self._archive = archive

    def _read(self, name: str, most: int) -> bytes:
        if self._archive.getinfo(name).flag_bits & _ENCRYPTED:
            raise DataError(f"{self._locate(name)} is encrypted. Make the archive without password")
        try:
            with self._archive.open(name) as member:
                return member.read(most)
        except _ZIP_ERRORS as error:
            raise DataError(
                f"{self._locate(name)} is damaged ({error}). Make the archive again"
            ) from error


@contextmanager
def opening_pictures(path: Path) -> Iterator[PictureFiles]:
    """Yield the files of a folder or a zip archive.

    Nothing is taken out of an archive onto the disk, and only what was listed is read, so that no
    name leads out of it.

    Raises
    ------
    DataError
        If it is neither, cannot be read, or has too many files.
    """
    if path.is_dir():
        yield _check_count(_Folder(path))
        return
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise DataError(describe_read_failure(path, error)) from error
    except _ZIP_ERRORS as error:
        raise DataError(
            f"{path} is neither a folder nor a zip archive, or it is damaged. Give pictures in one "
            "of them"
        ) from error
    with archive:
        yield _check_count(_Archive(path, archive))


def _check_count(files: PictureFiles) -> PictureFiles:
    if len(files.names) > MAX_FILES:
        raise DataError(
            f"{files.path} has {len(files.names):,} files, where at most {MAX_FILES:,} are read. "
            "Divide the pictures"
        )
    return files


def _check_inside(path: Path, names: list[str]) -> None:
    outside = [name for name in names if name.startswith("/") or ".." in name.split("/")]
    if outside:
        shown = list_names([escape_name(name) for name in outside], 5)
        raise DataError(
            f"{path} has files whose names lead out of it: {shown}. Make the archive again, of the "
            "folder that the pictures are in"
        )


def _walk(path: Path) -> Iterator[str]:
    for folder, _, names in os.walk(path):
        for name in names:
            file = Path(folder, name)
            if file.is_file():
                yield file.relative_to(path).as_posix()


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return _RESOURCES_OF_MACOS in parts or any(part.startswith(".") for part in parts)
