"""Parameters that many layers share."""

from __future__ import annotations

from typing import Final

from galaxy_keras.catalogue.parameters import REQUIRED, Kind, Parameter

_WEIGHTS = {
    "kernel": "the kernel",
    "recurrent": "the recurrent kernel",
    "depthwise": "the depthwise kernel",
    "pointwise": "the pointwise kernel",
    "bias": "the bias",
    "embeddings": "the embeddings",
    "alpha": "the slopes",
    "beta": "the offset beta",
    "gamma": "the factor gamma",
    "moving_mean": "the moving mean",
    "moving_variance": "the moving variance",
    "activity": "the output",
}


def initializers(**defaults: str) -> tuple[Parameter, ...]:
    """Return ``<weight>_initializer`` for each weight and its default."""
    return tuple(
        Parameter(
            name=f"{weight}_initializer",
            kind=Kind.INITIALIZER,
            default=default,
            help=f"Values of {_WEIGHTS[weight]} before training.",
        )
        for weight, default in defaults.items()
    )


def regularizers(*weights: str) -> tuple[Parameter, ...]:
    """Return ``<weight>_regularizer`` for each weight."""
    return tuple(
        Parameter(
            name=f"{weight}_regularizer",
            kind=Kind.REGULARIZER,
            default=None,
            help=f"Penalty on {_WEIGHTS[weight]}, added to the loss.",
        )
        for weight in weights
    )


def constraints(*weights: str) -> tuple[Parameter, ...]:
    """Return ``<weight>_constraint`` for each weight."""
    return tuple(
        Parameter(
            name=f"{weight}_constraint",
            kind=Kind.CONSTRAINT,
            default=None,
            help=f"What {_WEIGHTS[weight]} is held to after each step.",
        )
        for weight in weights
    )


def flag(name: str, help_text: str, *, default: bool = False) -> Parameter:
    """Return a parameter that is true or false."""
    return Parameter(name=name, kind=Kind.BOOLEAN, default=default, help=help_text)


def choice(name: str, default: str, choices: tuple[str, ...], help_text: str) -> Parameter:
    """Return a parameter that is one of some texts."""
    return Parameter(name=name, kind=Kind.CHOICE, default=default, choices=choices, help=help_text)


def count(name: str, help_text: str, default: object = REQUIRED) -> Parameter:
    """Return a parameter that is a whole number of at least 1."""
    return Parameter(name=name, kind=Kind.INTEGER, default=default, minimum=1, help=help_text)


def fraction(name: str, help_text: str, default: object = REQUIRED) -> Parameter:
    """Return a parameter that is a number from 0 to 1."""
    return Parameter(
        name=name, kind=Kind.NUMBER, default=default, minimum=0.0, maximum=1.0, help=help_text
    )


def sizes(name: str, rank: int, help_text: str, default: object = REQUIRED) -> Parameter:
    """Return a parameter with one size of at least 1 for each of `rank` dimensions."""
    return Parameter(
        name=name, kind=Kind.SIZES, rank=rank, default=default, minimum=1, help=help_text
    )


def activation(default: object = None, name: str = "activation") -> Parameter:
    """Return a parameter that names an activation function."""
    return Parameter(
        name=name,
        kind=Kind.ACTIVATION,
        default=default,
        help="Function applied to the result; None for none.",
    )


def axes(help_text: str, default: object = -1) -> Parameter:
    """Return the parameter ``axis`` of a layer that works along one axis or several."""
    return Parameter(name="axis", kind=Kind.AXES, default=default, help=help_text)


def epsilon(default: float = 0.001) -> Parameter:
    """Return the small number that keeps a normalization from dividing by 0."""
    return Parameter(
        name="epsilon",
        kind=Kind.NUMBER,
        default=default,
        minimum=0.0,
        help="Small number that avoids a division by 0.",
    )


def repeat_by_rank(size: int, rank: int) -> object:
    """Return Keras's way of writing the same size for each of `rank` dimensions."""
    return size if rank == 1 else (size,) * rank


USE_BIAS: Final = flag("use_bias", "Whether to add a bias.", default=True)
DATA_FORMAT: Final = Parameter(
    name="data_format",
    kind=Kind.CHOICE,
    default=None,
    choices=("channels_last", "channels_first"),
    help="Whether channels are the last axis or the first; None for the last.",
)
PADDING: Final = choice(
    "padding",
    "valid",
    ("valid", "same"),
    "valid: only whole windows; same: padded so that the size is kept at strides of 1.",
)
DROPOUT: Final = fraction("dropout", "Fraction of the inputs to drop in training.", 0.0)
KERNEL_AND_BIAS: Final = (
    *initializers(kernel="glorot_uniform", bias="zeros"),
    *regularizers("kernel", "bias", "activity"),
    *constraints("kernel", "bias"),
)
