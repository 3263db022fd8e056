"""Brings the processes of a cluster together before they compute, and compares what they have.

JAX ends a process without a message of ours when another one does not come. So all processes meet
here first: each tells process 0 what it is about to train, and hears whether all agree.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import time
from collections.abc import Mapping
from typing import Any

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.cluster import Cluster

TIMEOUT_SECONDS = 300.0
"""Seconds in which all processes must have come."""
_CONNECTION_TIMEOUT_SECONDS = 5.0
_MAX_MESSAGE_BYTES = 2**12
_RETRY_SECONDS = 0.1

logger = logging.getLogger(__name__)


def synchronize_processes(
    cluster: Cluster, fingerprint: str, *, timeout: float = TIMEOUT_SECONDS
) -> None:
    """Wait for all processes of a cluster, and check that they train the same.

    Parameters
    ----------
    cluster
        The processes.
    fingerprint
        Of data and settings (`fingerprint.compute_fingerprint`).
    patience
        Seconds to wait.

    Raises
    ------
    ConfigurationError
        If a process does not come in time, or has other data, settings or versions.
    """
    deadline = time.monotonic() + timeout
    logger.info("Waiting for the %d processes of the cluster.", cluster.processes)
    if cluster.is_coordinator:
        problem = _collect_reports(cluster, fingerprint, deadline, timeout)
    else:
        problem = _report_to_coordinator(cluster, fingerprint, deadline, timeout)
    if problem:
        raise ConfigurationError(problem)


def _collect_reports(cluster: Cluster, fingerprint: str, deadline: float, timeout: float) -> str:
    others: dict[int, tuple[socket.socket, dict[str, Any]]] = {}
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(_open_server(cluster))
        while len(others) < cluster.processes - 1:
            try:
                connection = stack.enter_context(_accept(server, deadline))
            except TimeoutError:
                raise ConfigurationError(_describe_missing(cluster, others, timeout)) from None
            told = _receive_message(
                connection, min(deadline, time.monotonic() + _CONNECTION_TIMEOUT_SECONDS)
            )
            # Whoever else finds the port says something else, or nothing.
            if isinstance(told.get("index"), int):
                others[told["index"]] = connection, told
        problem = _find_mismatch(
            cluster, fingerprint, {index: told for index, (_, told) in others.items()}
        )
        for connection, _ in others.values():
            _send_message(connection, {"problem": problem})
    return problem


def _report_to_coordinator(
    cluster: Cluster, fingerprint: str, deadline: float, timeout: float
) -> str:
    told = {"index": cluster.index, "processes": cluster.processes, "fingerprint": fingerprint}
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            return _send_report(cluster, told, deadline)
        time.sleep(_RETRY_SECONDS)
    return (
        f"--cluster: process 0 did not answer at {cluster.address} for {timeout:g} seconds. "
        "Check that it was started, that the host is its machine, and that no firewall closes "
        "the port"
    )


def _send_report(cluster: Cluster, told: Mapping[str, Any], deadline: float) -> str:
    address = (cluster.host, cluster.port)
    with socket.create_connection(address, timeout=_remaining_seconds(deadline)) as connection:
        _send_message(connection, told)
        answer = _receive_message(connection, deadline)
    if "problem" not in answer:
        raise ConnectionError("process 0 ended, or something else listens there")
    return str(answer["problem"])


def _open_server(cluster: Cluster) -> socket.socket:
    try:
        return socket.create_server(("", cluster.port), backlog=cluster.processes)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ConfigurationError(
            f"--cluster: process 0 cannot listen at port {cluster.port}: {reason}. "
            "Choose another port"
        ) from error


def _accept(server: socket.socket, deadline: float) -> socket.socket:
    server.settimeout(_remaining_seconds(deadline))
    connection, _ = server.accept()
    return connection


def _find_mismatch(
    cluster: Cluster, fingerprint: str, others: Mapping[int, Mapping[str, Any]]
) -> str:
    for index, told in sorted(others.items()):
        if told.get("processes") != cluster.processes:
            return (
                f"--cluster: process {index} was told of {told.get('processes')} processes, but "
                f"process 0 of {cluster.processes}. Give all the same number"
            )
        if told.get("fingerprint") != fingerprint:
            return (
                f"--cluster: process {index} has other data, settings or versions than process 0. "
                "Give all processes the same files and options"
            )
    return ""


def _describe_missing(cluster: Cluster, others: Mapping[int, Any], timeout: float) -> str:
    missing = sorted(set(range(1, cluster.processes)) - set(others))
    names = ", ".join(map(str, missing))
    return (
        f"--cluster: of {cluster.processes} processes, {names} did not come to {cluster.address} "
        f"within {timeout:g} seconds. Look at their messages, and check that each has an index "
        "of its own and reaches this machine"
    )


def _remaining_seconds(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


def _receive_message(connection: socket.socket, deadline: float) -> dict[str, Any]:
    """Return what the other side says, or nothing if that makes no sense."""
    connection.settimeout(_remaining_seconds(deadline))
    with contextlib.suppress(OSError, ValueError), connection.makefile("rb") as stream:
        told = json.loads(stream.readline(_MAX_MESSAGE_BYTES))
        return told if isinstance(told, dict) else {}
    return {}


def _send_message(connection: socket.socket, told: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(json.dumps(told).encode() + b"\n")
