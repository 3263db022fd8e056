"""LSTM and GRU computed faster on a CPU, exactly as Keras computes them."""

from galaxy_keras.learning.recurrent.acceleration import (
    Acceleration,
    accelerate,
    avoid_cudnn,
    pays_off,
)

__all__ = ["Acceleration", "accelerate", "avoid_cudnn", "pays_off"]
