"""Activation functions, by name; those of Keras that take options have them at their defaults."""

from __future__ import annotations

from galaxy_keras.catalogue.parameters import OWN_MODULE, Entry
from galaxy_keras.catalogue.registry import Registry

HARD_SIGMOID_OF_KERAS_2 = "hard_sigmoid_keras2"
"""What `hard_sigmoid` computed before Keras 3; older models keep it."""


def _activation(name: str, help_text: str, *aliases: str) -> Entry:
    return Entry(name=name, module="keras.activations", help=help_text, aliases=aliases)


ACTIVATIONS: Registry[Entry] = Registry(
    "activation",
    [
        _activation("linear", "x, unchanged.", "identity"),
        _activation("softmax", "Probabilities that sum to 1 over the last axis."),
        _activation("elu", "x above 0, exp(x) - 1 below."),
        _activation("selu", "Scaled elu, for self-normalizing networks."),
        _activation("softplus", "log(exp(x) + 1)."),
        _activation("softsign", "x / (|x| + 1)."),
        _activation("relu", "x above 0, else 0.", "rectifier"),
        _activation("tanh", "Hyperbolic tangent: from -1 to 1."),
        _activation("sigmoid", "1 / (1 + exp(-x)): from 0 to 1.", "logistic"),
        _activation(
            "hard_sigmoid", "Piecewise linear approximation of the sigmoid: relu6(x + 3) / 6."
        ),
        Entry(
            name=HARD_SIGMOID_OF_KERAS_2,
            module=OWN_MODULE,
            help="The hard sigmoid of Keras 2: 0.2 x + 0.5, clipped to [0, 1].",
        ),
        _activation("exponential", "exp(x).", "exp"),
        _activation("gelu", "x times the standard normal CDF at x."),
        _activation("silu", "x times its sigmoid.", "swish"),
        _activation("mish", "x * tanh(softplus(x))."),
        _activation("relu6", "relu capped at 6."),
        _activation("leaky_relu", "x above 0, 0.2 x below."),
        _activation("celu", "Continuously differentiable elu."),
        _activation("hard_silu", "x times its hard sigmoid.", "hard_swish"),
        _activation("hard_tanh", "x clipped to [-1, 1]."),
        _activation("hard_shrink", "x, but 0 between -0.5 and 0.5 (hard thresholding)."),
        _activation("soft_shrink", "x shrunk by 0.5 towards 0 (soft thresholding)."),
        _activation("tanh_shrink", "x - tanh(x)."),
        _activation("log_sigmoid", "Logarithm of the sigmoid."),
        _activation("log_softmax", "Logarithm of the softmax."),
        _activation("sparsemax", "Like softmax, but small probabilities become exactly 0."),
        _activation("sparse_plus", "A softplus that is exactly 0 below -1 and x above 1."),
        _activation("sparse_sigmoid", "Linear from 0 at -1 to 1 at 1, constant outside."),
        _activation("squareplus", "(x + sqrt(x^2 + 4)) / 2."),
    ],
)
