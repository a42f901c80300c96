"""The one way this site calls others over HTTP.

A name is resolved once and the very address that was looked at is called, so that a name cannot turn into another
address in between; private addresses are refused, redirects are not followed, and time and size are short.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

CONNECT_SECONDS = 4.0
TOTAL_SECONDS = 10.0
ANSWER_MAX = 64 * 1024

_SAYS_ANOTHER = (
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
)
"""IPv6 addresses that stand for an IPv4 address, which may be a private one: NAT64, 6to4, Teredo."""


class OutboundError(Exception):
    """The call did not come to an answer."""


class Forbidden(OutboundError):
    """An address this site does not call."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """Calls, keeping one connection a host. A context manager; not to be shared between threads."""

    def __init__(self) -> None:
        self._connections: dict[tuple[str, str, int], http.client.HTTPConnection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """POST and return the answer, whatever its status. Raises OutboundError; Forbidden before anything is sent."""
        return self._call("POST", url, body, headers)

    def get(self, url: str, *, headers: Mapping[str, str]) -> Answer:
        """GET, the same; what is longer than ANSWER_MAX is cut off."""
        return self._call("GET", url, None, headers)

    def _call(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        parts, port = _checked(url)
        where = (parts.scheme, parts.hostname or "", port)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        kept = self._connections.pop(where, None)
        try:
            if kept is not None:
                try:
                    return self._ask(where, kept, method, path, body, headers)
                except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                    kept.close()  # it had been idle for too long
            return self._ask(where, _connection(*where), method, path, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise OutboundError(f"{where[1]}: {error!r}"[:200]) from error

    def _ask(
        self,
        where: tuple[str, str, int],
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        # A timeout of the socket counts from byte to byte; this one ends even an answer that drips.
        clock = threading.Timer(TOTAL_SECONDS, _cut, [connection])
        clock.start()
        done = False
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            with connection.getresponse() as response:
                content = response.read(ANSWER_MAX)
                is_whole = response.isclosed() or not response.read(1)
                answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, content)
                done = is_whole and not response.will_close
            return answer
        finally:
            clock.cancel()
            if done and connection.sock is not None:
                self._connections[where] = connection
            else:
                connection.close()


def _checked(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Forbidden("bad address") from error
    if not parts.hostname or parts.username is not None:
        raise Forbidden("bad address")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local(parts.hostname)):
        raise Forbidden("only https")
    return parts, port


def is_local(host: str) -> bool:
    """A host of this machine that may be called all the same: where development and tests let things arrive."""
    return host in settings.OUTBOUND_LOCAL_HOSTS


def _connection(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    address = _resolve(host, port)
    if scheme == "https":
        return _SecureConnection(host, port, address)
    return _PlainConnection(host, port, address)


def _resolve(host: str, port: int) -> str:
    """The one address that is called. Raises Forbidden if any address of the name is not a public one."""
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not is_local(host):
        for address in found:
            if not is_public(address):
                raise Forbidden(f"{host} is not a public address")
    return sorted(found, key=lambda address: ":" in address)[0]


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _SAYS_ANOTHER):
            return False
    return ip.is_global and not ip.is_multicast


class _PlainConnection(http.client.HTTPConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self.address = address

    def connect(self) -> None:
        self.sock = _open(self.address, self.port)


class _SecureConnection(http.client.HTTPSConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=CONNECT_SECONDS, context=self.tls)
        self.address = address

    def connect(self) -> None:
        self.sock = self.tls.wrap_socket(_open(self.address, self.port), server_hostname=self.host)


def _open(address: str, port: int) -> socket.socket:
    opened = socket.create_connection((address, port), CONNECT_SECONDS)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
