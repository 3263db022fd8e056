"""Decoding a JSON document in a model file, and the version of the formats that hold one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from galaxy_keras.errors import GalaxyKerasError, ModelFileError
from galaxy_keras.schema.training.settings import TrainingSettings

Result = TypeVar("Result")


def decode_stored(
    decode: Callable[[Mapping[str, Any]], Result], document: Mapping[str, Any], where: str
) -> Result:
    """Return `decode(document)`, with its errors turned into those of a model file.

    Parameters
    ----------
    decode
        Raises an error of ours, or pydantic's `ValidationError`.
    document
        A part of a model file.
    where
        The file and the part, for messages.

    Raises
    ------
    ModelFileError
        If `decode` finds anything wrong; each message begins with `where`.
    """
    try:
        return decode(document)
    except GalaxyKerasError as error:
        raise ModelFileError(*error.problems).with_prefix(where) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "as a whole"
        raise ModelFileError(
            f"{where} is not valid: {place}: {first['msg']}. The file is damaged; make it again"
        ) from error


def choose_format_version(training: TrainingSettings) -> int:
    """Return the version in which a builder or a fitted model with these settings is written.

    It is 3 where the network has several outputs, else 2 where inputs or targets are encoded, and
    1 where they are not, so that releases which know nothing of several outputs or of encodings
    read all files but those that they would misunderstand.
    """
    if training.outputs:
        return 3
    return 2 if training.has_encodings else 1
