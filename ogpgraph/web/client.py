"""Who asks: the address that a request is counted under."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from fastapi import Request

from ogpgraph.settings import Network

Address = IPv4Address | IPv6Address
_SITE = 64
"""Bits of an IPv6 address that name a site: a client has all the addresses below."""
_MOST = 32
"""Proxies that are believed of one request."""


def client_of(request: Request, trusted: Sequence[Network]) -> str:
    """The client of a request: an IPv4 address, the /64 of an IPv6 address, or a name for none.

    Args:
        request: a request.
        trusted: the proxies whose X-Forwarded-For is believed, each to the next hop only.
    """
    peer = _address(request.client.host if request.client else "")
    if peer is None:  # a socket without addresses
        return "unknown"
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")[-_MOST:]
    while hops and any(peer in network for network in trusted):
        hop = _address(hops.pop().strip())
        if hop is None:
            break
        peer = hop
    return _site(peer)


def site_of(host: str) -> str:
    """What a connection from an address is counted under, as `client_of` counts requests."""
    peer = _address(host)
    return _site(peer) if peer else "unknown"


def is_among(host: str, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of some networks."""
    peer = _address(host)
    return peer is not None and any(peer in network for network in networks)


def is_local(request: Request) -> bool:
    """Whether a request comes from this machine and through no proxy."""
    peer = _address(request.client.host if request.client else "")
    forwarded = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"}
    return peer is not None and peer.is_loopback and not forwarded.intersection(request.headers)


def is_private(request: Request, trusted: Sequence[Network]) -> bool:
    """Whether nobody between the caller and here can have read the request.

    It came over TLS, from this machine, through a socket without addresses, or by a proxy that
    is believed and says that it came there over TLS.
    """
    peer = _address(request.client.host if request.client else "")
    if request.url.scheme == "https" or peer is None or is_local(request):
        return True
    proto = request.headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
    return proto == "https" and any(peer in network for network in trusted)


def _site(peer: Address) -> str:
    if isinstance(peer, IPv6Address):
        return str(IPv6Network((int(peer) >> (128 - _SITE) << (128 - _SITE), _SITE)))
    return str(peer)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])  # without the zone of a link
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
