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
    """An equation with letters in place of the dots.

    Attributes
    ----------
    input_axes, kernel_axes, output_axes
        The letters of the axes of the input, the kernel and the output.
    """

    input_axes: str
    kernel_axes: str
    output_axes: str


def infer_einsum_dense(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """EinsumDense: the product of input and kernel along the axes of an equation."""
    shape = inputs[0]
    equation = _parse_equation(config["equation"], len(shape))
    if len(equation.input_axes) != len(shape):
        raise ShapeMismatchError(
            f"its equation takes {len(equation.input_axes)} dimensions with the batch, "
            f"but it gets {format_shape(shape)}"
        )
    input_sizes = dict(zip(equation.input_axes, shape, strict=True))
    output = _complete_output(config, equation, input_sizes)
    output_sizes = dict(zip(equation.output_axes, output, strict=True))
    for letter, size in input_sizes.items():
        if output_sizes.get(letter) not in (None, size):
            raise ShapeMismatchError(
                f'along "{letter}" of its equation it gets {size}, '
                f"but its output_shape has {output_sizes[letter]}"
            )
    sizes = {**input_sizes, **output_sizes}
    kernel = Weight("kernel", tuple(_size(letter, sizes) for letter in equation.kernel_axes))
    return LayerShape(output, (kernel, *_infer_bias(config, equation, output_sizes)))


def _parse_equation(text: str, rank: int) -> Equation:
    found = _EQUATION.fullmatch(text)
    if found is None or (found[1], found[3]) != (found[5], found[7]) or (found[1] and found[3]):
        raise ConflictError(
            f'its equation "{text}" is not of the form ab,bc->ac, ...a,ab->...b or ab...,bc->ac...'
        )
    _, inputs, _, kernel, _, outputs, _ = found.groups(default="")
    unused = [each for each in string.ascii_letters if each not in inputs + kernel + outputs]
    dots = "".join(unused[: max(rank - len(inputs), 0)])
    if found[1]:
        inputs, outputs = dots + inputs, dots + outputs
    elif found[3]:
        inputs, outputs = inputs + dots, outputs + dots
    unknown = [letter for letter in outputs if letter not in inputs + kernel]
    unknown += [letter for letter in kernel if letter not in inputs + outputs]
    if unknown:
        raise ConflictError(f'the letter "{unknown[0]}" of its equation "{text}" occurs only once')
    return Equation(inputs, kernel, outputs)


def _complete_output(
    config: LayerConfig, equation: Equation, input_sizes: dict[str, Dimension]
) -> tuple[Dimension, ...]:
    """Return the output shape: `output_shape` and the sizes of the batch and the dots."""
    letters = [letter for letter in equation.output_axes if letter in config["equation"]]
    # Dots at the front include the batch; without them it is the first letter, which has no size
    # in output_shape.
    letters = letters[1:] if letters and letters[0] == equation.output_axes[0] else letters
    output_shape = tuple(config["output_shape"])
    if len(output_shape) != len(letters):
        raise ConflictError(
            f"its output_shape has {len(output_shape)} dimensions, but its equation has "
            f"{len(letters)} after the batch"
        )
    sizes = dict(zip(letters, output_shape, strict=True))
    return tuple(sizes.get(each, input_sizes.get(each)) for each in equation.output_axes)


def _infer_bias(
    config: LayerConfig, equation: Equation, output_sizes: dict[str, Dimension]
) -> tuple[Weight, ...]:
    axes = config["bias_axes"]
    if axes is None:
        return ()
    if not axes or not set(axes) <= set(equation.output_axes):
        raise ConflictError(f'its bias_axes "{axes}" are not axes of the output')
    first = min(equation.output_axes.index(letter) for letter in axes)
    shape = [
        _size(each, output_sizes) if each in axes else 1 for each in equation.output_axes[first:]
    ]
    return (Weight("bias", tuple(shape)),)


def _size(letter: str, sizes: dict[str, Dimension]) -> int:
    return expect_size(sizes[letter], f'values along "{letter}" of its equation')
