"""Lets processes train and predict in turns, so that all meet the same machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from measure import Usage
from results import Record

OURS, PLAIN, GALAXY_ML = "galaxy-keras", "plain Keras", "Galaxy-ML 0.10"
TRAINING, PREDICTION = "training step", "prediction of 1,000 rows"


class Setting(NamedTuple):
    """What one process computes: a network, its data, and where untrained predictions go."""

    contender: str
    predictions: str
    layer: str = "LSTM"
    units: int = 100
    length: int = 500
    rows: int = 1280
    batch: int = 128
    table: str = ""


class Contender:
    """A process that has warmed up and waits for tasks; its messages go to `log`."""

    def __init__(self, python: str, setting: Setting, log: Path) -> None:
        self.setting = setting
        self._log = log
        script = Path(__file__).with_name("contender.py")
        with log.open("a") as file:
            self._process = subprocess.Popen(
                [python, str(script), json.dumps(setting._asdict())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        self._read_answer()

    def measure(self, step: str) -> Usage:
        """Let the process do a step on all its rows, and return what one such step took."""
        print(step, file=self._process.stdin, flush=True)
        return scale_usage(Usage(*json.loads(self._read_answer())), step, self.setting)

    def end(self) -> None:
        """Let the process end."""
        self._process.communicate()

    def _read_answer(self) -> str:
        answer = self._process.stdout.readline() if self._process.stdout else ""
        if not answer:
            sys.exit(f"{self.setting.contender} ended:\n{self._log.read_text()[-3000:]}")
        return answer


def scale_usage(usage: Usage, step: str, setting: Setting) -> Usage:
    """Return what one step took, of what all rows took."""
    share = setting.batch if step == TRAINING else 1000
    return usage._replace(
        wall=usage.wall * share / setting.rows, cpu=usage.cpu * share / setting.rows
    )


def run_contest(
    pythons: Mapping[str, str], settings: Sequence[Setting], repeats: int, size: int, log: Path
) -> Iterator[Record]:
    """Give what a training step and a prediction took; contenders take turns.

    Parameters
    ----------
    pythons
        The Python that runs each contender.
    settings
        What each computes; rows are a multiple of the batch.
    repeats
        How often each trains and predicts.
    size
        Put into every record.
    log
        Where messages of the processes go.
    """
    contenders = [Contender(pythons[each.contender], each, log) for each in settings]
    for step in (TRAINING, PREDICTION):
        for repeat in range(1, repeats + 1):
            for each in contenders:
                yield Record(repeat, each.setting.contender, step, size, each.measure(step))
    for each in contenders:
        each.end()
