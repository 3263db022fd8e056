"""Deep learning for Galaxy and the shell, on Keras 3 and TensorFlow.

Python programs use a fitted model by `load`; all else is internal.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from galaxy_keras.interface import Model

__all__ = ["__version__", "load"]

__version__ = "2.0.0"


def load(path: str | PathLike[str]) -> Model:
    """Return the fitted model in a file.

    Parameters
    ----------
    path
        What keras-train-and-eval wrote (`.h5mlm`), or a whole model that Keras saved (`.keras`,
        `.h5`). It is read as data: no code in it is run.

    Returns
    -------
    galaxy_keras.interface.Model
        Its `predict` takes raw samples as the model was trained on. TensorFlow is imported when it
        is first called.

    Raises
    ------
    galaxy_keras.errors.ModelFileError
        If the file is damaged, unsafe or no fitted model.
    galaxy_keras.errors.ConfigurationError
        If it is a builder, which has not been trained.

    Examples
    --------
    ::

        import galaxy_keras

        model = galaxy_keras.load("fitted.h5mlm")
        model.predict("new_samples.tsv")
        model.predict_proba(data_frame)
    """
    from galaxy_keras.interface import load_model

    return load_model(path)
