"""Which addresses may be reached from here: checked at the moment of connecting, and pinned.

A name is resolved once for each connection, every address it has is looked at, and the socket is opened to one
of those very addresses; a resolver that gives another answer a moment later (DNS rebinding) is not asked again.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from recruit.errors import RecruitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from urllib3.connectionpool import HTTPConnectionPool

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class OutboundError(RecruitError):
    """A request got no answer.

    Attributes:
        permanent: trying again cannot help (a forbidden address, a body that is too large).
        sent: the request may have reached the other side; for a POST this means "unknown": read back first.
    """

    code = "outbound"
    status = 502

    def __init__(self, message: str, *, permanent: bool = False, sent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.sent = sent


class AddressRefusedError(OutboundError):
    """The address is not one that may be reached from here."""

    code = "address_refused"
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


def is_public(address: str) -> bool:
    """Return whether the IP address is one of the public internet; an IPv4 address inside an IPv6 one is looked at."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inside = [ip.sixtofour, *(ip.teredo or ())]
        if any(inner is not None and not is_public(str(inner)) for inner in inside):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides which addresses may be reached, and opens the sockets.

    Attributes:
        allow: "host:port" words, as written in the URL, that may be private.
        resolve: ``socket.getaddrinfo`` or a stand-in with its signature.
    """

    allow: frozenset[str] = frozenset()
    resolve: Callable[..., list[Any]] = socket.getaddrinfo

    def check_url(self, url: str) -> None:
        """Refuse what can be told without resolving a name: scheme, credentials, odd ports of the system.

        Raises:
            AddressRefusedError: with a message fit for the user.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise AddressRefusedError("This is not a web address.") from None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise AddressRefusedError("Only addresses that begin with http:// or https:// can be used.")
        if parts.username is not None or parts.password is not None or any(char in url for char in "\\\r\n\t "):
            raise AddressRefusedError("This is not a plain web address.")
        if port is not None and port < 1024 and port not in {80, 443} and not self.allows(parts.hostname, port):
            raise AddressRefusedError("This port cannot be used.")

    def allows(self, host: str, port: int) -> bool:
        """Return whether ``OUTBOUND_ALLOW`` names this host and port."""
        bare = host.strip("[]").lower()
        return f"{bare}:{port}" in self.allow or f"[{bare}]:{port}" in self.allow

    def open(self, connection: HTTPConnection) -> socket.socket:
        """Return a socket to an address of the connection's host that was checked just now.

        Raises:
            AddressRefusedError: one of the host's addresses is not public; nothing was connected to.
        """
        host, port = connection.host.strip("[]"), connection.port or connection.default_port
        try:
            found = self.resolve(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(connection, "the name cannot be resolved") from error
        addresses = [(family, place) for family, _, _, _, place in found]
        if not self.allows(host, port) and not all(is_public(str(place[0])) for _, place in addresses):
            raise AddressRefusedError("This address is not on the public internet.")
        failure: OSError | None = None
        for family, place in addresses:
            sock = socket.socket(family, socket.SOCK_STREAM)
            try:
                sock.settimeout(_seconds(connection.timeout))
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(place)
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        raise NewConnectionError(connection, "no connection") from failure


class _GuardedHTTP(HTTPConnection):
    guard: Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.open(self)


class _GuardedHTTPS(HTTPSConnection):
    guard: Guard

    def _new_conn(self) -> socket.socket:
        return self.guard.open(self)


class GuardedPools(PoolManager):
    """Pools whose connections ask the guard."""

    def __init__(self, guard: Guard, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._classes = {
            "http": type("GuardedHTTP", (_GuardedHTTP,), {"guard": guard}),
            "https": type("GuardedHTTPS", (_GuardedHTTPS,), {"guard": guard}),
        }

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        pool.ConnectionCls = self._classes[scheme]
        return pool


def _seconds(timeout: object) -> float:
    return float(timeout) if isinstance(timeout, int | float) else 5.0
