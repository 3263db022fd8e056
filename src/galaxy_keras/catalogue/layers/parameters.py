"""Parameters that many layers share."""

from __future__ import annotations

from typing import Final

from galaxy_keras.catalogue.constructors import choice, flag, fraction, non_negative, parameter
from galaxy_keras.catalogue.parameters import Kind, Parameter

_WEIGHTS = {
    "kernel": "the kernel",
    "recurrent": "the recurrent kernel",
    "depthwise": "the depthwise kernel",
    "pointwise": "the pointwise kernel",
    "bias": "the bias",
    "embeddings": "the embeddings",
    "alpha": "the slopes",
    "beta": "the offset beta",
    "gamma": "the scale gamma",
    "moving_mean": "the moving mean",
    "moving_variance": "the moving variance",
    "activity": "the output",
}


def initializers(**defaults: str) -> tuple[Parameter, ...]:
    """Return ``<weight>_initializer`` for each weight and its default."""
    return tuple(
        parameter(
            Kind.INITIALIZER,
            f"{weight}_initializer",
            f"Initial values of {_WEIGHTS[weight]}.",
            default,
        )
        for weight, default in defaults.items()
    )


def regularizers(*weights: str) -> tuple[Parameter, ...]:
    """Return ``<weight>_regularizer`` for each weight."""
    return tuple(
        parameter(
            Kind.REGULARIZER,
            f"{weight}_regularizer",
            f"Penalty on {_WEIGHTS[weight]}, added to the loss.",
            None,
        )
        for weight in weights
    )


def constraints(*weights: str) -> tuple[Parameter, ...]:
    """Return ``<weight>_constraint`` for each weight."""
    return tuple(
        parameter(
            Kind.CONSTRAINT,
            f"{weight}_constraint",
            f"Constraint on {_WEIGHTS[weight]} after each update.",
            None,
        )
        for weight in weights
    )


def activation(default: object = None, name: str = "activation") -> Parameter:
    """Return a parameter that names an activation function."""
    return parameter(Kind.ACTIVATION, name, "Activation function; None for linear.", default)


def epsilon(default: float = 0.001) -> Parameter:
    """Return the small number that keeps a normalization from dividing by 0."""
    return non_negative("epsilon", "Small constant for numerical stability.", default)


def repeat_by_rank(size: int, rank: int) -> object:
    """Return Keras's way of writing the same size for each of `rank` dimensions."""
    return size if rank == 1 else (size,) * rank


USE_BIAS: Final = flag("use_bias", "Whether to add a bias.", True)
DATA_FORMAT: Final = choice(
    "data_format",
    "Whether channels are the last axis or the first; None for the last.",
    ("channels_last", "channels_first"),
    None,
)
PADDING: Final = choice(
    "padding",
    "valid: no padding; same: padded to keep the size at strides of 1.",
    ("valid", "same"),
    "valid",
)
DROPOUT: Final = fraction("dropout", "Fraction of the inputs to drop in training.", 0.0)
KERNEL_AND_BIAS: Final = (
    *initializers(kernel="glorot_uniform", bias="zeros"),
    *regularizers("kernel", "bias", "activity"),
    *constraints("kernel", "bias"),
)
