"""Devices and threads that are chosen once in a process."""

from __future__ import annotations

import pytest
import tensorflow as tf

from galaxy_keras.learning.devices.devices import prepare_device


def test_a_second_run_keeps_the_threads_of_the_first(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "galaxy_keras")
    tf.constant(1.0)
    threads = tf.config.threading.get_intra_op_parallelism_threads()

    assert prepare_device("cpu", inter_op=True) == "cpu"
    assert tf.config.threading.get_intra_op_parallelism_threads() == threads
    assert caplog.messages[0].startswith("Device: CPU (")
