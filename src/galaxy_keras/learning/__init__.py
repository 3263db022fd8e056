"""Everything that computes with Keras, TensorFlow or scikit-learn."""

import os

# All must stand before Keras and TensorFlow are imported anywhere. Keras would also run on
# another backend that the environment names, where the tests prove nothing, and with another
# precision, other axes of images or fewer epochs: what is computed follows from the inputs alone.
for _name in [name for name in os.environ if name.startswith("KERAS_")]:
    del os.environ[_name]
os.environ["KERAS_BACKEND"] = "tensorflow"
# Below this there is no keras.json to read, and none can be written.
os.environ["KERAS_HOME"] = os.devnull
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
