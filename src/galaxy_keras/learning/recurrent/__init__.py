"""LSTM and GRU computed faster on a CPU, exactly as Keras computes them."""

from galaxy_keras.learning.recurrent.acceleration import (
    Acceleration,
    accelerate,
    disable_cudnn,
    pays_off,
)

__all__ = ["Acceleration", "accelerate", "disable_cudnn", "pays_off"]
