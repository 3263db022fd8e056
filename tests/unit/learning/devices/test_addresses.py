"""Names and addresses that cannot work are said at once."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.learning.devices.addresses import check_host, is_own_name_unreachable
from galaxy_keras.schema.requests.cluster import Cluster

Names = Callable[[Mapping[str, str]], None]
# An address of RFC 5737, which no machine has.
ELSEWHERE = "192.0.2.1"


def make_cluster(host: str, process_id: int) -> Cluster:
    return Cluster(host=host, port=29500, num_processes=2, process_id=process_id)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Let this machine, node1, know some names and no others."""

    def set_names(table: Mapping[str, str]) -> None:
        def resolve(host: str, port: object, *kinds: int) -> list[object]:
            if host not in table:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return [(*kinds, 0, "", (table[host], 0))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        monkeypatch.setattr(socket, "gethostname", lambda: "node1")

    return set_names


@pytest.mark.parametrize("process_id", [0, 1])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_one_machine(host: str, process_id: int) -> None:
    check_host(make_cluster(host, process_id))


@pytest.mark.parametrize("process_id", [0, 1])
def test_a_name_without_an_address(names: Names, process_id: int) -> None:
    names({})

    with pytest.raises(ConfigurationError) as caught:
        check_host(make_cluster("node9\n", process_id))

    assert str(caught.value) == (
        '--cluster: the name "node9\\n" of the machine of process 0 has no address here. Check '
        "its spelling, or give the address instead"
    )


def test_process_0_is_not_where_it_should_be() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_host(make_cluster(ELSEWHERE, 0))

    assert str(caught.value) == (
        f'--cluster: process 0 runs on this machine, but "{ELSEWHERE}" means {ELSEWHERE}, which '
        "is no address of this machine. Give one that it has on the network of the cluster, or "
        "start process 0 there"
    )


def test_the_name_of_another_machine_that_means_this_one(names: Names) -> None:
    names({"node2": "127.0.1.1"})

    with pytest.raises(ConfigurationError) as caught:
        check_host(make_cluster("node2", 1))

    assert str(caught.value) == (
        '--cluster: "node2", the machine of process 0, means 127.0.1.1 here, which is this machine '
        "itself. Let the name mean the other machine's address, in /etc/hosts or the name server, "
        "or give that address"
    )


@pytest.mark.parametrize("host", ["node1", "NODE1.cluster", "node2"])
def test_names_that_can_work(names: Names, host: str) -> None:
    names({"node1": "127.0.1.1", "NODE1.cluster": "127.0.1.1", "node2": ELSEWHERE})

    check_host(make_cluster(host, 1))


class Connection:
    def __init__(self, own_address: str) -> None:
        self.own_address = own_address

    def getsockname(self) -> tuple[str, int]:
        return self.own_address, 29500


@pytest.mark.parametrize(
    ("own_address", "table", "expected"),
    [
        ("127.0.0.1", {"node1": "127.0.1.1"}, False),
        (ELSEWHERE, {"node1": "127.0.1.1"}, True),
        (ELSEWHERE, {"node1": ELSEWHERE}, False),
        (ELSEWHERE, {}, False),
    ],
)
def test_whether_others_reach_the_own_name(
    names: Names, own_address: str, table: Mapping[str, str], expected: bool
) -> None:
    names(table)

    assert is_own_name_unreachable(Connection(own_address)) == expected
