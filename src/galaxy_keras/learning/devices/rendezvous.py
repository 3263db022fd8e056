"""Synchronizes the processes of a cluster before training and compares their inputs.

JAX ends a process without a useful message when another one does not connect. So all processes
meet here first: each reports to process 0 what it will train and is told whether all agree.
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
from galaxy_keras.learning.devices.addresses import check_host, is_own_name_unreachable
from galaxy_keras.schema.requests.cluster import Cluster

TIMEOUT_SECONDS = 300.0
"""Timeout in seconds for all processes to connect."""
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
        The digest of data and settings (`fingerprint.compute_fingerprint`).
    timeout
        Timeout in seconds.

    Raises
    ------
    ConfigurationError
        If a process does not connect in time, or has other data, settings or versions; at once if
        a name or an address cannot be right.
    """
    check_host(cluster)
    deadline = time.monotonic() + timeout
    logger.info("Waiting for the %d processes of the cluster.", cluster.num_processes)
    if cluster.is_coordinator:
        problem = _collect_reports(cluster, fingerprint, deadline, timeout)
    else:
        problem = _report_to_coordinator(cluster, fingerprint, deadline, timeout)
    if problem:
        raise ConfigurationError(problem)


def _collect_reports(cluster: Cluster, fingerprint: str, deadline: float, timeout: float) -> str:
    reports: dict[int, tuple[socket.socket, dict[str, Any]]] = {}
    unreachable = False
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(_open_server(cluster))
        while len(reports) < cluster.num_processes - 1:
            try:
                connection = stack.enter_context(_accept(server, deadline))
            except TimeoutError:
                raise ConfigurationError(_describe_missing(cluster, reports, timeout)) from None
            report = _receive_message(
                connection, min(deadline, time.monotonic() + _CONNECTION_TIMEOUT_SECONDS)
            )
            # Whoever else finds the port sends something else, or nothing.
            if isinstance(report.get("index"), int):
                reports[report["index"]] = connection, report
                unreachable = unreachable or is_own_name_unreachable(connection)
        problem = _find_mismatch(
            cluster,
            fingerprint,
            {process_id: report for process_id, (_, report) in reports.items()}
            | {cluster.process_id: _make_report(cluster, fingerprint, unreachable=unreachable)},
        )
        for connection, _ in reports.values():
            _send_message(connection, {"problem": problem})
    return problem


def _report_to_coordinator(
    cluster: Cluster, fingerprint: str, deadline: float, timeout: float
) -> str:
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            return _send_report(cluster, fingerprint, deadline)
        time.sleep(_RETRY_SECONDS)
    return (
        f"--cluster: process 0 did not answer at {cluster.coordinator_address} for {timeout:g} "
        "seconds. Check that it was started, that HOST is its machine, and that no firewall "
        "blocks the port"
    )


def _make_report(cluster: Cluster, fingerprint: str, *, unreachable: bool) -> dict[str, Any]:
    return {
        "index": cluster.process_id,
        "processes": cluster.num_processes,
        "fingerprint": fingerprint,
        "unreachable": unreachable,
    }


def _send_report(cluster: Cluster, fingerprint: str, deadline: float) -> str:
    address = (cluster.host, cluster.port)
    with socket.create_connection(address, timeout=_remaining_seconds(deadline)) as connection:
        unreachable = is_own_name_unreachable(connection)
        _send_message(connection, _make_report(cluster, fingerprint, unreachable=unreachable))
        answer = _receive_message(connection, deadline)
    if "problem" not in answer:
        raise ConnectionError("process 0 ended, or something else listens there")
    return str(answer["problem"])


def _open_server(cluster: Cluster) -> socket.socket:
    try:
        return socket.create_server(("", cluster.port), backlog=cluster.num_processes)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ConfigurationError(
            f"--cluster: process 0 cannot listen on port {cluster.port}: {reason}. "
            "Choose another port"
        ) from error


def _accept(server: socket.socket, deadline: float) -> socket.socket:
    server.settimeout(_remaining_seconds(deadline))
    connection, _ = server.accept()
    return connection


def _find_mismatch(
    cluster: Cluster, fingerprint: str, reports: Mapping[int, Mapping[str, Any]]
) -> str:
    for process_id, report in sorted(reports.items()):
        if report.get("processes") != cluster.num_processes:
            return (
                f"--cluster: process {process_id} was started for {report.get('processes')} "
                f"processes, but process 0 for {cluster.num_processes}. Give all the same number"
            )
        if report.get("fingerprint") != fingerprint:
            return (
                f"--cluster: process {process_id} has other data, settings or versions than "
                "process 0. Give all processes the same files and options"
            )
        if report.get("unreachable"):
            return (
                f"--cluster: the machine of process {process_id} takes its own name for an address "
                "that no other machine reaches (127.*). Give the name its address on the network, "
                "in /etc/hosts there or in the name server"
            )
    return ""


def _describe_missing(cluster: Cluster, reports: Mapping[int, Any], timeout: float) -> str:
    missing = sorted(set(range(1, cluster.num_processes)) - set(reports))
    names = ", ".join(map(str, missing))
    return (
        f"--cluster: of {cluster.num_processes} processes, {names} did not connect to "
        f"{cluster.coordinator_address} within {timeout:g} seconds. Check their logs, that each "
        "has a unique index, and that it can reach this machine"
    )


def _remaining_seconds(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


def _receive_message(connection: socket.socket, deadline: float) -> dict[str, Any]:
    """Return the message of the peer; empty if it is invalid."""
    connection.settimeout(_remaining_seconds(deadline))
    with contextlib.suppress(OSError, ValueError), connection.makefile("rb") as stream:
        message = json.loads(stream.readline(_MAX_MESSAGE_BYTES))
        return message if isinstance(message, dict) else {}
    return {}


def _send_message(connection: socket.socket, message: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(json.dumps(message).encode() + b"\n")
