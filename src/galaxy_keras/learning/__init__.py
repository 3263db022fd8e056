"""Keras: building, training, evaluating and predicting, on whatever device computes.

What may enter: code that needs Keras or TensorFlow. Its doors are `training.train`,
`prediction.predict_table` and `importance.compute_importances`, which take what `preparation` has
checked, `results.write_results`, and `devices.backend.load_keras`, which comes before them.
"""

import os

from galaxy_keras.isolation import isolate_keras

# Both must stand before Keras and TensorFlow are imported anywhere.
isolate_keras()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
