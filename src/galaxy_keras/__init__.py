"""Deep learning for Galaxy and the shell, on Keras 3 and TensorFlow."""

__version__ = "2.0.0"
