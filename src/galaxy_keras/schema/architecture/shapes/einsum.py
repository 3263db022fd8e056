"""EinsumDense: a dense layer along the axes that an equation names."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    Dimension,
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    Weight,
    expect_size,
    format_shape,
)

_EQUATION = re.compile(r"(\.{3})?([a-zA-Z]+)(\.{3})?,([a-zA-Z]+)->(\.{3})?([a-zA-Z]+)(\.{3})?")


@dataclass(frozen=True, slots=True)
class Equation:
    """The letters of the axes, those that stand for the dots included.

    Attributes
    ----------
    taken, kernel, given
        The axes of the input, of the kernel and of the output.
    """

    taken: str
    kernel: str
    given: str


def infer_einsum_dense(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """EinsumDense."""
    shape = inputs[0]
    equation = _read_equation(config["equation"], len(shape))
    if len(equation.taken) != len(shape):
        raise ShapeMismatchError(
            f"its equation takes {len(equation.taken)} dimensions with the batch, "
            f"but it gets {format_shape(shape)}"
        )
    taken = dict(zip(equation.taken, shape, strict=True))
    output = _complete_output(config, equation, taken)
    given = dict(zip(equation.given, output, strict=True))
    for letter in equation.taken:
        if given.get(letter) not in (None, taken[letter]):
            raise ShapeMismatchError(
                f'along "{letter}" of its equation it gets {taken[letter]}, '
                f"but its output_shape says {given[letter]}"
            )
    sizes = {**taken, **given}
    kernel = Weight("kernel", tuple(_size(letter, sizes) for letter in equation.kernel))
    return LayerShape(output, (kernel, *_infer_bias(config, equation, given)))


def _read_equation(text: str, rank: int) -> Equation:
    found = _EQUATION.fullmatch(text)
    if found is None or (found[1], found[3]) != (found[5], found[7]) or (found[1] and found[3]):
        raise ConflictError(
            f'its equation "{text}" is not of the form ab,bc->ac, ...a,ab->...b or ab...,bc->ac...'
        )
    _, taken, _, kernel, _, given, _ = found.groups(default="")
    unused = [each for each in string.ascii_letters if each not in taken + kernel + given]
    dots = "".join(unused[: max(rank - len(taken), 0)])
    if found[1]:
        taken, given = dots + taken, dots + given
    elif found[3]:
        taken, given = taken + dots, given + dots
    unknown = [letter for letter in given if letter not in taken + kernel]
    unknown += [letter for letter in kernel if letter not in taken + given]
    if unknown:
        raise ConflictError(f'the letter "{unknown[0]}" of its equation "{text}" stands alone')
    return Equation(taken, kernel, given)


def _complete_output(
    config: LayerConfig, equation: Equation, taken: dict[str, Dimension]
) -> tuple[Dimension, ...]:
    """Return the output shape: what the dots stand for is left out of `output_shape`."""
    own = [letter for letter in equation.given if letter in config["equation"]]
    # The batch is the first letter, or one of the dots.
    own = own[1:] if own and own[0] == equation.given[0] else own
    wanted = tuple(config["output_shape"])
    if len(wanted) != len(own):
        raise ConflictError(
            f"its output_shape has {len(wanted)} dimensions, but its equation gives {len(own)} "
            "after the batch"
        )
    sizes = dict(zip(own, wanted, strict=True))
    return tuple(sizes.get(letter, taken.get(letter)) for letter in equation.given)


def _infer_bias(
    config: LayerConfig, equation: Equation, given: dict[str, Dimension]
) -> tuple[Weight, ...]:
    axes = config["bias_axes"]
    if axes is None:
        return ()
    if not axes or not set(axes) <= set(equation.given):
        raise ConflictError(f'its bias_axes "{axes}" are not axes of the output')
    first = min(equation.given.index(letter) for letter in axes)
    shape = [_size(each, given) if each in axes else 1 for each in equation.given[first:]]
    return (Weight("bias", tuple(shape)),)


def _size(letter: str, sizes: dict[str, Dimension]) -> int:
    return expect_size(sizes[letter], f'values along "{letter}" of its equation')
