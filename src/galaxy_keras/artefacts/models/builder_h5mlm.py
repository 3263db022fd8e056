"""The model builder as an HDF5 file (`.h5mlm`), from which Galaxy lists the hyperparameters.

Layout of format versions 1 to 3
--------------------------------
=====================================  ==========================================================
``/``                                  what Galaxy's datatype h5mlm reads (`models.h5mlm`)
``/galaxy_keras_builder``              attribute ``format_version``; everything that is read back
                                       is stored in this group
``/galaxy_keras_builder/architecture`` JSON text: the model JSON of Keras 3
``/galaxy_keras_builder/training``     JSON text: `schema.training.TrainingSettings`
=====================================  ==========================================================

Version 2 is version 1 with encodings in ``training``, as in the zip (`models.builder`); without
them version 1 is written. Version 3 is version 2 with several outputs in ``training``. The version
is raised as that of the fitted model is (`models.fitted`).
"""

from __future__ import annotations

from pathlib import Path

from galaxy_keras.artefacts.architecture.architecture_file import (
    decode_architecture,
    encode_architecture,
)
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup
from galaxy_keras.artefacts.hdf5.writing import writing_hdf5
from galaxy_keras.artefacts.models.builder import Builder
from galaxy_keras.artefacts.models.decoding import choose_format_version
from galaxy_keras.artefacts.models.h5mlm import (
    check_format_version,
    decode_text,
    describe_layers,
    read_model_text,
    write_galaxy_metadata,
    write_json,
)
from galaxy_keras.schema.training.hyperparameters import list_hyperparameters
from galaxy_keras.schema.training.settings import TrainingSettings

FORMAT_VERSION = 3
BUILDER_GROUP = "galaxy_keras_builder"


def write_builder_h5mlm(path: Path, builder: Builder) -> None:
    """Write a builder as HDF5; an existing file at `path` is kept until the new one is complete.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    architecture, training = builder.architecture, builder.training
    rows = list_hyperparameters(architecture, training)
    with writing_hdf5(path) as file:
        write_galaxy_metadata(file, architecture, training, describe_builder(builder), rows)
        group = file.create_group(BUILDER_GROUP)
        group.attrs["format_version"] = choose_format_version(training)
        write_json(group, "architecture", encode_architecture(architecture))
        write_json(group, "training", training.model_dump(mode="json"))


def read_builder_h5mlm(root: AuditedGroup) -> Builder:
    """Return the builder in an HDF5 file that has the group `BUILDER_GROUP`.

    Raises
    ------
    ModelFileError
        If it is damaged, of a newer format, or holds an architecture that cannot be used.
    """
    group = root.read_group(BUILDER_GROUP)
    check_format_version(group, FORMAT_VERSION)
    return Builder(
        architecture=decode_text(group, "architecture", decode_architecture),
        training=read_model_text(group, "training", TrainingSettings),
    )


def describe_builder(builder: Builder) -> str:
    """Return the builder in a few lines of text, for people who inspect the file."""
    settings = builder.training
    return "\n".join(
        [
            f"galaxy-keras {builder.architecture.kind} {settings.describe_task()}, not trained yet",
            f"loss {settings.describe_loss()}, optimizer {settings.optimizer.name}",
            f"{settings.epochs} epochs, batch size {settings.batch_size}",
            *describe_layers(builder.architecture),
        ]
    )
