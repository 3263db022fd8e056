"""What the forms of the replaced tools offered, in their order.

Saved workflows refer to these fields and options by name, and to branches by their position, so
that ours keep them all, in this order, and add what is new at the end.
"""

from __future__ import annotations

from typing import Final

Fields = dict[str, tuple[str, ...]]
"""Names of the parameters with a field of their own, by layer or another choice."""

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
        "SpatialDropout1D": ("rate",),
        "SpatialDropout2D": ("rate",),
        "SpatialDropout3D": ("rate",),
    },
    "Convolutional": {
        "Conv1D": ("filters", "kernel_size", "activation"),
        "Conv2D": ("filters", "kernel_size", "activation"),
        "SeparableConv1D": ("filters", "kernel_size", "activation"),
        "SeparableConv2D": ("filters", "kernel_size", "activation"),
        "DepthwiseConv2D": ("kernel_size", "activation"),
        "Conv2DTranspose": ("filters", "kernel_size", "activation"),
        "Conv3D": ("filters", "kernel_size", "activation"),
        "Conv3DTranspose": ("filters", "kernel_size", "activation"),
        "Cropping1D": ("cropping",),
        "Cropping2D": ("cropping",),
        "Cropping3D": ("cropping",),
        "UpSampling1D": ("size",),
        "UpSampling2D": ("size",),
        "UpSampling3D": ("size",),
        "ZeroPadding1D": ("padding",),
        "ZeroPadding2D": ("padding",),
        "ZeroPadding3D": ("padding",),
    },
    "Pooling": {
        "MaxPooling1D": ("pool_size", "strides"),
        "MaxPooling2D": ("pool_size", "strides"),
        "MaxPooling3D": ("pool_size", "strides"),
        "AveragePooling1D": ("pool_size", "strides"),
        "AveragePooling2D": ("pool_size", "strides"),
        "AveragePooling3D": ("pool_size", "strides"),
        "GlobalMaxPooling1D": ("data_format",),
        "GlobalAveragePooling1D": ("data_format",),
        "GlobalMaxPooling2D": ("data_format",),
        "GlobalAveragePooling2D": ("data_format",),
        "GlobalMaxPooling3D": ("data_format",),
        "GlobalAveragePooling3D": ("data_format",),
    },
    "Locally-connected": {
        "LocallyConnected1D": ("filters", "kernel_size", "activation"),
        "LocallyConnected2D": ("filters", "kernel_size", "activation"),
    },
    "Recurrent": {
        "SimpleRNN": ("units",),
        "GRU": ("units",),
        "LSTM": ("units",),
        "ConvLSTM2D": ("filters", "kernel_size"),
        "ConvLSTM2DCell": ("filters", "kernel_size"),
        "SimpleRNNCell": ("units",),
        "GRUCell": ("units",),
        "LSTMCell": ("units",),
        "CuDNNGRU": ("units",),
        "CuDNNLSTM": ("units",),
    },
}
INPUT_LAYERS: Final[dict[str, Fields]] = {"Core": {"Input": ("shape", "dtype", "sparse")}}
MERGING_LAYERS: Final[dict[str, Fields]] = {
    "Merge": {
        "Add": (),
        "Subtract": (),
        "Multiply": (),
        "Average": (),
        "Maximum": (),
        "Minimum": (),
        "Concatenate": ("axis",),
        "Dot": ("axis", "normalize"),
    },
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
    "Noise": {
        "GaussianNoise": ("stddev",),
        "GaussianDropout": ("rate",),
        "AlphaDropout": ("rate",),
    },
}

DEFAULTS: Final = {
    "activation": "linear",
    "data_format": "channels_last",
    "dtype": "float32",
    "pool_size": "2",
    "alpha_regularizer": "(0. , 0.)",
}
"""What fields begin with where Keras has no default or None, by the name of the parameter."""

OPTIMIZERS: Final = ("RMSprop", "SGD", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam", "Ftrl")

LOSSES: Final = (
    "binary_crossentropy",
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "squared_hinge",
    "hinge",
    "categorical_hinge",
    "logcosh",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "kullback_leibler_divergence",
    "poisson",
    "cosine_proximity",
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
    "EarlyStopping": (
        "monitor",
        "mode",
        "min_delta",
        "patience",
        "baseline",
        "restore_best_weights",
    ),
    "TerminateOnNaN": (),
    "ReduceLROnPlateau": (
        "monitor",
        "mode",
        "factor",
        "patience",
        "min_delta",
        "cooldown",
        "min_lr",
    ),
    "CSVLogger": (),
}

CLASSIFICATION_SCORERS: Final = (
    "accuracy",
    "balanced_accuracy",
    "average_precision",
    "f1",
    "f1_micro",
    "f1_macro",
    "f1_weighted",
    "f1_samples",
    "neg_log_loss",
    "precision",
    "precision_micro",
    "precision_macro",
    "precision_wighted",
    "precision_samples",
    "recall",
    "recall_micro",
    "recall_macro",
    "recall_wighted",
    "recall_samples",
    "roc_auc",
)
REGRESSION_SCORERS: Final = (
    "explained_variance",
    "neg_mean_absolute_error",
    "neg_mean_squared_error",
    "neg_mean_squared_log_error",
    "neg_median_absolute_error",
    "r2",
    "max_error",
    "spearman_correlation",
)
BINARIZING_SCORERS: Final = ("binarize_auc_scorer", "binarize_average_precision_scorer")
