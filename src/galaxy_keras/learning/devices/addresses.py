"""Finds out whether the names and addresses of a cluster can work, before anybody waits for them.

Names are what an administrator wrote into /etc/hosts or a name server. Debian, for one, lets a
machine's own name mean 127.0.1.1, which every machine takes for itself.
"""

from __future__ import annotations

import ipaddress
import socket

from galaxy_keras.errors import ConfigurationError, escape_name
from galaxy_keras.schema.requests.cluster import Cluster

_LOCALHOST = "localhost"


def check_host(cluster: Cluster) -> None:
    """Check that HOST can be where process 0 is, as far as this machine knows.

    Raises
    ------
    ConfigurationError
        If the name has no address, process 0 is not on the machine that it means, or another
        process takes it for its own machine.
    """
    addresses = _resolve(cluster.host)
    host = escape_name(cluster.host)
    if not addresses:
        raise ConfigurationError(
            f'--cluster: the name "{host}" of the machine of process 0 has no address here. Check '
            "its spelling, or give the address instead"
        )
    if cluster.is_coordinator and not any(map(_is_own, addresses)):
        raise ConfigurationError(
            f'--cluster: process 0 runs on this machine, but "{host}" means {addresses[0]}, which '
            "is no address of this machine. Give one that it has on the network of the cluster, or "
            "start process 0 there"
        )
    if not cluster.is_coordinator and not _is_this_machine(host) and _is_loopback(addresses):
        raise ConfigurationError(
            f'--cluster: "{host}", the machine of process 0, means {addresses[0]} here, which is '
            "this machine itself. Let the name mean the other machine's address, in /etc/hosts or "
            "the name server, or give that address"
        )


def is_own_name_unreachable(connection: socket.socket) -> bool:
    """Return whether others are on other machines, to which this one's own name means nothing.

    Parameters
    ----------
    connection
        To one of the other processes.
    """
    own_address = connection.getsockname()[0]
    if _is_loopback([own_address]):
        return False
    addresses = _resolve(socket.gethostname())
    return bool(addresses) and _is_loopback(addresses)


def _resolve(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]


def _is_own(address: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        try:
            trial.bind((address, 0))
        except OSError:
            return False
    return True


def _is_loopback(addresses: list[str]) -> bool:
    return all(ipaddress.ip_address(address).is_loopback for address in addresses)


def _is_this_machine(host: str) -> bool:
    """Return whether a name is meant to be that of this machine."""
    own = socket.gethostname().casefold()
    name = host.casefold()
    return (
        name in (_LOCALHOST, own)
        or name.partition(".")[0] == own.partition(".")[0]
        or _is_address(name)
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
