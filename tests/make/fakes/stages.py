"""The stages of a pretended installation, of which a test hears and at which it can stop one."""

import os
import sys
import time
from pathlib import Path


def reach(stage: str) -> None:
    """Write a stage into the log; fail or wait there if the test says so.

    The log has a line for each stage: its name, the process and its arguments. At the stage
    FAKE_STOP the process waits until the log has a file `go` beside it; at the stage FAKE_FAIL it
    fails with the text FAKE_WORDS.
    """
    log = Path(os.environ["FAKE_LOG"])
    with log.open("a") as file:
        file.write(f"{stage} {os.getpid()} {' '.join(sys.argv[1:])}\n")
    if os.environ.get("FAKE_FAIL") == stage:
        sys.exit(f"ERROR: {os.environ['FAKE_WORDS']}")
    while os.environ.get("FAKE_STOP") == stage and not (log.parent / "go").exists():
        time.sleep(0.01)
