"""The bound on what reading a file may take."""

from __future__ import annotations

import resource

import numpy as np
import pytest

from galaxy_keras.artefacts.hdf5.memory_limit import limiting_memory


def test_more_than_the_bound_fails() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with limiting_memory(50 * 2**20):
        assert np.ones(2**20, "u1").sum() == 2**20
        with pytest.raises(MemoryError):
            np.ones(500 * 2**20, "u1")
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert np.ones(100 * 2**20, "u1").size == 100 * 2**20


def test_a_lower_limit_of_the_job_stays() -> None:
    code_limit = resource.getrlimit(resource.RLIMIT_AS)
    with limiting_memory(2**50):
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        assert hard == code_limit[1]
        assert soft >= 2**50 or soft == hard
