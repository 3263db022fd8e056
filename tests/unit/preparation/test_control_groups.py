"""The memory of a job is that of its control group, and of those above it."""

from __future__ import annotations

from pathlib import Path

import pytest

from galaxy_keras.preparation.memory import MEMORY_VARIABLE, find_memory_limit

SLURM = "system.slice/slurmstepd.scope/job_7/step_0"


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MEMORY_VARIABLE, raising=False)


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return root


@pytest.mark.parametrize("group", [SLURM, "system.slice/slurmstepd.scope/job_7", "system.slice"])
def test_version_2_group_of_the_process_or_above_it(group: str, tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": f"0::/{SLURM}",
        f"sys/fs/cgroup/{SLURM}/memory.max": "max",
        "sys/fs/cgroup/other.slice/memory.max": "1",
        f"sys/fs/cgroup/{group}/memory.max": "4096",
    }
    assert find_memory_limit(write(tmp_path, files)) == 4096


@pytest.mark.parametrize("group", ["slurm/uid_1/job_7", "slurm/uid_1", ""])
def test_version_1_group_of_the_process_or_above_it(group: str, tmp_path: Path) -> None:
    unlimited = "9223372036854771712"
    files = {
        "proc/self/cgroup": "5:cpu,cpuacct:/a:b\n4:memory,other:/slurm/uid_1/job_7\n0::/",
        "sys/fs/cgroup/memory/slurm/uid_1/job_7/memory.limit_in_bytes": unlimited,
        "sys/fs/cgroup/memory/slurm/uid_2/memory.limit_in_bytes": "1",
        f"sys/fs/cgroup/memory/{group}/memory.limit_in_bytes": "4096",
    }
    assert find_memory_limit(write(tmp_path, files)) == 4096


@pytest.mark.parametrize("listed", ["4:memory:/docker/abc", "0::/../../docker/abc", "nonsense", ""])
def test_a_container_sees_its_own_group_as_the_topmost(listed: str, tmp_path: Path) -> None:
    files = {"proc/self/cgroup": listed, "sys/fs/cgroup/memory.max": "4096"}
    assert find_memory_limit(write(tmp_path, files)) == 4096


def test_the_lowest_limit_on_the_way_up_counts(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "0::/a/b",
        "proc/meminfo": "MemTotal:  1024 kB",
        "sys/fs/cgroup/a/b/memory.max": "8192",
        "sys/fs/cgroup/a/memory.max": "4096",
    }
    assert find_memory_limit(write(tmp_path, files)) == 4096
