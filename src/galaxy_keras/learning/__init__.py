"""Everything that computes with Keras, TensorFlow or scikit-learn."""

import os

# Both must stand before Keras and TensorFlow are imported anywhere. Keras would also run on
# another backend that the environment names, where the tests prove nothing.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
