"""What pytest says before and after the tests: how many, how long, what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

SECONDS_PER_TEST = {"not thorough": 0.16, "": 0.28}
"""How long a test took on a core of 2026, on average, for each choice of tests that make makes."""


class Announcements:
    """Says how many tests run, and at the end which were left out and how to run them.

    Parameters
    ----------
    config : pytest.Config
        Tells which tests were asked for.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._announced = False
        self._deselected = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Announce the tests where one process runs them."""
        self._announce(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Announce the tests when the first of several processes has found them."""
        self._announce(len(ids))

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Count what is too long; a worker of several tells it to the process that asks."""
        self._deselected += sum(item.get_closest_marker("thorough") is not None for item in items)
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput["deselected"] = self._deselected

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Take over what a worker counted."""
        output = getattr(node, "workeroutput", {})
        self._deselected = max(self._deselected, output.get("deselected", 0))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say in one line what was not run, and how to run it."""
        left_out = list_skipped(terminalreporter.stats.get("skipped", []))
        if self._deselected and not self._config.option.keyword:
            left_out.insert(0, f"{self._deselected} thorough: run make test-all")
        if left_out:
            terminalreporter.write_line(f"Not run: {'; '.join(left_out)}.")

    def _announce(self, count: int) -> None:
        """Say how many tests there are, and how long those of a whole choice take."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if self._announced or not count or reporter is None:
            return
        self._announced = True
        reporter.write_line(f"{count} tests{self._estimate(count)}")

    def _estimate(self, count: int) -> str:
        """Estimate how long the tests take; nothing where a part is chosen by hand."""
        option = self._config.option
        seconds = SECONDS_PER_TEST.get(option.markexpr)
        by_hand = self._config.args_source is not pytest.Config.ArgsSource.TESTPATHS
        if seconds is None or by_hand or option.keyword:
            return ""
        jobs = getattr(option, "numprocesses", None) or 1
        minutes = max(1, round(count * seconds / jobs / 60))
        return f", about {minutes} min with {jobs} at once"


def list_skipped(reports: Sequence[pytest.TestReport | pytest.CollectReport]) -> list[str]:
    """List how many tests were skipped for each reason, the most frequent first."""
    # Each of several processes skips a module while it collects.
    reasons = {report.nodeid: describe_skip(report) for report in reports}
    return [f"{count} {reason}" for reason, count in Counter(reasons.values()).most_common()]


def describe_skip(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return the reason that a test gives for being skipped."""
    assert isinstance(report.longrepr, tuple)
    return report.longrepr[2].removeprefix("Skipped: ").rstrip(".")


def pytest_configure(config: pytest.Config) -> None:
    """Have the announcements made."""
    config.pluginmanager.register(Announcements(config), "announcements")
