"""Processes that meet; here they are threads."""

from __future__ import annotations

import socket
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.learning.devices import rendezvous
from galaxy_keras.learning.devices.rendezvous import synchronize_processes
from galaxy_keras.schema.requests.cluster import Cluster


@pytest.fixture
def port() -> int:
    with socket.create_server(("", 0)) as server:
        return int(server.getsockname()[1])


def bring_together(port: int, *members: tuple[int, int, str], timeout: float = 300.0) -> list[str]:
    """Let members (processes, index, fingerprint) meet, and return what each was told."""
    with ThreadPoolExecutor(len(members)) as pool:
        futures: list[Future[None]] = []
        for processes, index, fingerprint in members:
            cluster = Cluster(
                host="localhost", port=port, num_processes=processes, process_id=index
            )
            futures.append(
                pool.submit(synchronize_processes, cluster, fingerprint, timeout=timeout)
            )
        return [str(future.exception() or "") for future in futures]


def test_processes_that_agree(port: int) -> None:
    assert bring_together(port, (3, 2, "same"), (3, 0, "same"), (3, 1, "same")) == ["", "", ""]


def test_a_process_with_other_data(port: int) -> None:
    told = bring_together(port, (3, 0, "same"), (3, 1, "same"), (3, 2, "other"))

    assert told == 3 * [
        "--cluster: process 2 has other data, settings or versions than process 0. "
        "Give all processes the same files and options"
    ]


def test_a_process_that_was_told_another_number(port: int) -> None:
    told = bring_together(port, (2, 0, "same"), (3, 1, "same"))

    assert told == 2 * [
        "--cluster: process 1 was started for 3 processes, but process 0 for 2. "
        "Give all the same number"
    ]


@pytest.mark.parametrize("process_id", [0, 1])
def test_a_machine_that_others_do_not_reach_by_its_name(
    port: int, process_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_unreachable(connection: socket.socket) -> bool:
        return (connection.getsockname()[1] == port) == (process_id == 0)

    monkeypatch.setattr(rendezvous, "is_own_name_unreachable", is_unreachable)

    assert bring_together(port, (2, 0, "same"), (2, 1, "same")) == 2 * [
        f"--cluster: the machine of process {process_id} takes its own name for an address that no "
        "other machine reaches (127.*). Give the name its address on the network, in /etc/hosts "
        "there or in the name server"
    ]


def test_a_name_that_means_nothing_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*arguments: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    [told] = bring_together(port, (2, 1, "same"))
    assert told.startswith('--cluster: the name "localhost" of the machine of process 0 has no ')


def test_nobody_comes(port: int) -> None:
    assert bring_together(port, (3, 0, "same"), timeout=0.3) == [
        f"--cluster: of 3 processes, 1, 2 did not connect to localhost:{port} within 0.3 seconds. "
        "Check their logs, that each has a unique index, and that it can reach this machine"
    ]


def test_process_0_does_not_answer(port: int) -> None:
    assert bring_together(port, (2, 1, "same"), timeout=0.3) == [
        f"--cluster: process 0 did not answer at localhost:{port} for 0.3 seconds. Check that it "
        "was started, that HOST is its machine, and that no firewall blocks the port"
    ]


def test_port_in_use(port: int) -> None:
    with socket.create_server(("", port)):
        told = bring_together(port, (2, 0, "same"), timeout=0.3)

    assert told == [
        f"--cluster: process 0 cannot listen on port {port}: Address already in use. "
        "Choose another port"
    ]


@pytest.mark.parametrize(
    "line", [b"GET / HTTP/1.1\r\n", b"[1]\n", b'{"index": "x"}\n', b"\xff\n", b""]
)
def test_strangers_are_ignored(port: int, line: bytes) -> None:
    cluster = Cluster(host="localhost", port=port, num_processes=2, process_id=0)
    with ThreadPoolExecutor(2) as pool:
        leader = pool.submit(synchronize_processes, cluster, "same", timeout=300)
        while True:
            try:
                stranger = socket.create_connection(("localhost", port))
                break
            except ConnectionRefusedError:
                continue
        with stranger:
            stranger.sendall(line)
        other = pool.submit(
            synchronize_processes, cluster.model_copy(update={"process_id": 1}), "same", timeout=300
        )

        assert (leader.exception(), other.exception()) == (None, None)


def test_who_is_no_process_0_is_asked_again(port: int) -> None:
    with socket.create_server(("", port)) as server, ThreadPoolExecutor(1) as pool:
        cluster = Cluster(host="localhost", port=port, num_processes=2, process_id=1)
        other = pool.submit(synchronize_processes, cluster, "same", timeout=0.5)
        connection, _ = server.accept()
        connection.close()

        with pytest.raises(ConfigurationError, match="did not answer"):
            other.result()
