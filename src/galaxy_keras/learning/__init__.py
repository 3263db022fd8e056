"""Everything that computes with Keras, TensorFlow or scikit-learn."""

import os

from galaxy_keras.isolation import isolate_keras

# Both must stand before Keras and TensorFlow are imported anywhere.
isolate_keras()
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
