"""Settings that must stand before any test module imports Keras."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from .hermetic import isolate, wait_for_left_processes

isolate()

# The same examples in every run, and no test that fails because a machine is busy; give
# `--hypothesis-profile=search` to look for new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("repeatable")


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    yield
    if hasattr(session.config, "workerinput"):
        return
    if left := wait_for_left_processes():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("\nTests left processes behind:", *left, sep="\n")
