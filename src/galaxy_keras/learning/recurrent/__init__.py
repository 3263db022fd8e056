"""LSTM and GRU computed faster on a CPU, exactly as Keras computes them."""

from galaxy_keras.learning.recurrent.acceleration import Acceleration, accelerate, pays_off

__all__ = ["Acceleration", "accelerate", "pays_off"]
