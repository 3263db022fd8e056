"""All metrics.

Left out are `Mean` and `Sum`, which take no target. `Accuracy` is not Keras's class of that name
(which counts equal numbers) but is resolved, like the string "accuracy" in `compile`, to the
accuracy that fits the target.
"""

from __future__ import annotations

from galaxy_keras.catalogue.classification_metrics import CLASSIFICATION_METRICS
from galaxy_keras.catalogue.losses import TargetFormat
from galaxy_keras.catalogue.metric import Metric
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.catalogue.regression_metrics import REGRESSION_METRICS

ACCURACY = "Accuracy"

ACCURACY_BY_TARGET: dict[TargetFormat, str] = {
    "binary": "BinaryAccuracy",
    "one-hot": "CategoricalAccuracy",
    "integer": "SparseCategoricalAccuracy",
    "numeric": ACCURACY,
}
"""What `ACCURACY` is resolved to; numbers are correct where they are equal."""

METRICS: Registry[Metric] = Registry("metric", [*CLASSIFICATION_METRICS, *REGRESSION_METRICS])
