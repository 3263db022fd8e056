"""Which processes of several machines train together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.component import FrozenModel

SYNTAX = "HOST:PORT,N,INDEX, such as node1:29500,4,0, or auto"
# The port is derived from the job ID, so several jobs can share a machine.
_FIRST_PORT, _PORTS = 61440, 4096
_SLURM = ("SLURM_STEP_NODELIST", "SLURM_NTASKS", "SLURM_PROCID", "SLURM_JOB_ID")
_OPEN_MPI = ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE")


class Cluster(FrozenModel):
    """The processes that train one network, and which of them this is.

    Attributes
    ----------
    host, port
        Where process 0 waits for the others.
    num_processes
        The number of processes, at least 2.
    process_id
        The number of this process, from 0.
    """

    host: str
    port: int
    num_processes: int
    process_id: int

    @property
    def coordinator_address(self) -> str:
        """Host and port of process 0 as one text."""
        return f"{self.host}:{self.port}"

    @property
    def is_coordinator(self) -> bool:
        """Whether this process writes the results."""
        return self.process_id == 0

    @classmethod
    def parse(cls, text: str, environment: Mapping[str, str]) -> Self:
        """Return what --cluster asks for.

        Parameters
        ----------
        text
            HOST:PORT,N,INDEX, or `auto` to read it from the launcher (SLURM, Open MPI).
        environment
            The environment variables.

        Raises
        ------
        ConfigurationError
            If it cannot be read, or is inconsistent.
        """
        numbers = _read_launcher(environment) if text == "auto" else text
        match = re.fullmatch(r"(?P<host>.+):(?P<port>\d+),(?P<count>\d+),(?P<index>\d+)", numbers)
        if match is None:
            raise ConfigurationError(f"--cluster takes {SYNTAX}, not {text!r:.80}")
        host, port, num_processes, process_id = match["host"], *map(int, match.groups()[1:])
        _check_numbers(port, num_processes, process_id)
        return cls(host=host, port=port, num_processes=num_processes, process_id=process_id)


def _check_numbers(port: int, num_processes: int, process_id: int) -> None:
    if not 0 < port < 2**16:
        raise ConfigurationError(f"--cluster: a port is from 1 to 65535, not {port}")
    if num_processes < 2:
        raise ConfigurationError(
            f"--cluster: a cluster has at least 2 processes, not {num_processes}. "
            "Leave the option out to train with one"
        )
    if process_id >= num_processes:
        raise ConfigurationError(
            f"--cluster: the {num_processes} processes have the indices 0 to {num_processes - 1}, "
            f"not {process_id}"
        )


def _read_launcher(environment: Mapping[str, str]) -> str:
    """Return HOST:PORT,N,INDEX from the variables of Open MPI or SLURM."""
    # mpirun inside a SLURM job sets both, and those of SLURM are then the same for all.
    if all(name in environment for name in _OPEN_MPI):
        size, rank, local_size = (environment[name] for name in _OPEN_MPI)
        if size != local_size:
            raise ConfigurationError(
                "--cluster auto: Open MPI does not provide the host of process 0. Give "
                "--cluster HOST:PORT,$OMPI_COMM_WORLD_SIZE,$OMPI_COMM_WORLD_RANK"
            )
        return f"localhost:{_FIRST_PORT},{size},{rank}"
    if all(name in environment for name in _SLURM):
        nodes, tasks, process_id, job = (environment[name] for name in _SLURM)
        port = _FIRST_PORT + int(job) % _PORTS
        return f"{find_first_node(nodes)}:{port},{tasks},{process_id}"
    raise ConfigurationError(
        "--cluster auto finds neither the variables of SLURM nor those of Open MPI. Start the "
        f"command with srun or mpirun, or give {SYNTAX.removesuffix(', or auto')}"
    )


def find_first_node(nodes: str) -> str:
    """Return the first name of a list of nodes as SLURM writes it: `gpu[03-05,9],cpu1`."""
    match = re.match(r"([^\[,]+)(?:\[(\d+))?", nodes)
    return "".join(part for part in match.groups() if part) if match else nodes
