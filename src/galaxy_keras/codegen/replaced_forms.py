"""What the forms of the replaced tools offered, in their order.

Saved workflows refer to these fields and options by name, and to branches by their position. So
our forms keep them all, in this order, and add what is new at the end.
"""

from __future__ import annotations

from typing import Final

Fields = dict[str, tuple[str, ...]]
"""Names of the parameters with a field of their own, by layer or another choice."""

_CONVOLUTION: Final = ("filters", "kernel_size", "activation")


def _split(names: str) -> tuple[str, ...]:
    return tuple(names.split())


def _repeat(names: str, *fields: str) -> Fields:
    """Return the same fields for each of the names, which spaces separate."""
    return dict.fromkeys(_split(names), fields)


LAYERS_BEFORE_MERGING: Final[dict[str, Fields]] = {
    "Core": {
        "Dense": ("units", "activation"),
        "Activation": ("activation",),
        "Dropout": ("rate",),
        "Flatten": ("data_format",),
        "Reshape": ("target_shape",),
        "Permute": ("dims",),
        "RepeatVector": ("n",),
        "ActivityRegularization": ("l1", "l2"),
        "Masking": ("mask_value",),
        **_repeat("SpatialDropout1D SpatialDropout2D SpatialDropout3D", "rate"),
    },
    "Convolutional": {
        **_repeat("Conv1D Conv2D SeparableConv1D SeparableConv2D", *_CONVOLUTION),
        "DepthwiseConv2D": ("kernel_size", "activation"),
        **_repeat("Conv2DTranspose Conv3D Conv3DTranspose", *_CONVOLUTION),
        **_repeat("Cropping1D Cropping2D Cropping3D", "cropping"),
        **_repeat("UpSampling1D UpSampling2D UpSampling3D", "size"),
        **_repeat("ZeroPadding1D ZeroPadding2D ZeroPadding3D", "padding"),
    },
    "Pooling": {
        **_repeat("MaxPooling1D MaxPooling2D MaxPooling3D", "pool_size", "strides"),
        **_repeat("AveragePooling1D AveragePooling2D AveragePooling3D", "pool_size", "strides"),
        **_repeat("GlobalMaxPooling1D GlobalAveragePooling1D", "data_format"),
        **_repeat("GlobalMaxPooling2D GlobalAveragePooling2D", "data_format"),
        **_repeat("GlobalMaxPooling3D GlobalAveragePooling3D", "data_format"),
    },
    "Locally-connected": _repeat("LocallyConnected1D LocallyConnected2D", *_CONVOLUTION),
    "Recurrent": {
        **_repeat("SimpleRNN GRU LSTM", "units"),
        **_repeat("ConvLSTM2D ConvLSTM2DCell", "filters", "kernel_size"),
        **_repeat("SimpleRNNCell GRUCell LSTMCell CuDNNGRU CuDNNLSTM", "units"),
    },
}
INPUT_LAYERS: Final[dict[str, Fields]] = {"Core": {"Input": ("shape", "dtype", "sparse")}}
MERGING_LAYERS: Final[dict[str, Fields]] = {
    "Merge": {
        **_repeat("Add Subtract Multiply Average Maximum Minimum"),
        "Concatenate": ("axis",),
        "Dot": ("axis", "normalize"),
    }
}
LAYERS_AFTER_MERGING: Final[dict[str, Fields]] = {
    "Embedding": {"Embedding": ("input_dim", "output_dim")},
    "Advanced Activation": {
        "LeakyReLU": ("alpha",),
        "PReLU": ("alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes"),
        "ELU": ("alpha",),
        "ThresholdedReLU": ("theta",),
        "Softmax": ("axis",),
        "ReLU": ("max_value", "negative_slope", "threshold_max_value"),
    },
    "Normalization": {"BatchNormalization": ()},
    "Noise": {"GaussianNoise": ("stddev",), **_repeat("GaussianDropout AlphaDropout", "rate")},
}

DEFAULTS: Final = {
    "activation": "linear",
    "data_format": "channels_last",
    "dtype": "float32",
    "pool_size": "2",
    "alpha_regularizer": "(0. , 0.)",
}
"""Initial values of fields whose parameter has no default or None, by its name."""

OPTIMIZERS: Final = ("RMSprop", "SGD", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam", "Ftrl")

LOSSES: Final = _split(
    """
    binary_crossentropy mean_squared_error mean_absolute_error mean_absolute_percentage_error
    mean_squared_logarithmic_error squared_hinge hinge categorical_hinge logcosh
    categorical_crossentropy sparse_categorical_crossentropy kullback_leibler_divergence poisson
    cosine_proximity
    """
)

NO_METRIC: Final = "none"
METRICS: Final = {
    "acc": "acc/accuracy",
    "binary_accuracy": "binary_accuracy",
    "categorical_accuracy": "categorical_accuracy",
    "sparse_categorical_accuracy": "sparse_categorical_accuracy",
    "mse": "mse/MSE/mean_squared_error",
    "mae": "mae/MAE/mean_absolute_error",
    "mape": "mape/MAPE/mean_absolute_percentage_error",
    "cosine_proximity": "cosine_proximity",
    "cosine": "cosine",
    NO_METRIC: "none",
}

CALLBACKS: Final[Fields] = {
    "EarlyStopping": _split("monitor mode min_delta patience baseline restore_best_weights"),
    "TerminateOnNaN": (),
    "ReduceLROnPlateau": _split("monitor mode factor patience min_delta cooldown min_lr"),
    "CSVLogger": (),
}

CLASSIFICATION_SCORERS: Final = _split(
    """
    accuracy balanced_accuracy average_precision f1 f1_micro f1_macro f1_weighted f1_samples
    neg_log_loss precision precision_micro precision_macro precision_wighted precision_samples
    recall recall_micro recall_macro recall_wighted recall_samples roc_auc
    """
)
REGRESSION_SCORERS: Final = _split(
    """
    explained_variance neg_mean_absolute_error neg_mean_squared_error neg_mean_squared_log_error
    neg_median_absolute_error r2 max_error spearman_correlation
    """
)
BINARIZING_SCORERS: Final = ("binarize_auc_scorer", "binarize_average_precision_scorer")
