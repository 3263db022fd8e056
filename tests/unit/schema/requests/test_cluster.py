from __future__ import annotations

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.cluster import Cluster, find_first_node

SLURM = {
    "SLURM_STEP_NODELIST": "gpu[03-04]",
    "SLURM_NTASKS": "2",
    "SLURM_PROCID": "1",
    "SLURM_JOB_ID": "4099",
}
OPEN_MPI = {
    "OMPI_COMM_WORLD_SIZE": "3",
    "OMPI_COMM_WORLD_RANK": "2",
    "OMPI_COMM_WORLD_LOCAL_SIZE": "3",
}


def test_address_number_and_index() -> None:
    cluster = Cluster.parse("node1:29500,4,3", {})

    assert cluster == Cluster(host="node1", port=29500, num_processes=4, process_id=3)
    assert cluster.coordinator_address == "node1:29500"
    assert not cluster.is_coordinator
    assert Cluster.parse("10.0.0.1:29500,4,0", {}).is_coordinator


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (SLURM, Cluster(host="gpu03", port=61443, num_processes=2, process_id=1)),
        (OPEN_MPI, Cluster(host="localhost", port=61440, num_processes=3, process_id=2)),
        # mpirun starts processes of which SLURM knows nothing.
        (SLURM | OPEN_MPI, Cluster(host="localhost", port=61440, num_processes=3, process_id=2)),
    ],
    ids=["SLURM", "Open MPI", "Open MPI in a job of SLURM"],
)
def test_auto(environment: dict[str, str], expected: Cluster) -> None:
    assert Cluster.parse("auto", environment) == expected


@pytest.mark.parametrize(
    ("nodes", "first"),
    [
        ("gpu1", "gpu1"),
        ("gpu1,gpu2", "gpu1"),
        ("gpu[03-05,9],cpu1", "gpu03"),
        ("rack1-node[7,9]", "rack1-node7"),
    ],
)
def test_first_node(nodes: str, first: str) -> None:
    assert find_first_node(nodes) == first


FORM = "HOST:PORT,N,INDEX, such as node1:29500,4,0"


@pytest.mark.parametrize(
    ("text", "environment", "message"),
    [
        ("node1", {}, f"--cluster takes {FORM}, or auto, not 'node1'"),
        ("node1:29500,2", {}, f"--cluster takes {FORM}, or auto, not 'node1:29500,2'"),
        ("node1:x,2,0", {}, f"--cluster takes {FORM}, or auto, not 'node1:x,2,0'"),
        ("node1:70000,2,0", {}, "--cluster: a port is from 1 to 65535, not 70000"),
        (
            "node1:29500,1,0",
            {},
            "--cluster: a cluster has at least 2 processes, not 1. "
            "Leave the option out to train with one",
        ),
        (
            "node1:29500,2,2",
            {},
            "--cluster: the 2 processes have the indices 0 to 1, not 2",
        ),
        (
            "auto",
            {"SLURM_PROCID": "0"},
            "--cluster auto finds neither the variables of SLURM nor those of Open MPI. "
            f"Start the command with srun or mpirun, or give {FORM}",
        ),
        (
            "auto",
            OPEN_MPI | {"OMPI_COMM_WORLD_LOCAL_SIZE": "1"},
            "--cluster auto: Open MPI does not provide the host of process 0. Give "
            "--cluster HOST:PORT,$OMPI_COMM_WORLD_SIZE,$OMPI_COMM_WORLD_RANK",
        ),
    ],
)
def test_what_makes_no_cluster(text: str, environment: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Cluster.parse(text, environment)

    assert str(caught.value) == message
