"""Q15: who a client is: an address, a /64, or what a trusted proxy says."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from fastapi import Request

from ogpgraph.web.client import client_of, is_local

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


def request(peer: str | None, *headers: tuple[str, str]) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    client = None if peer is None else (peer, 1)
    return Request({"type": "http", "client": client, "headers": raw})


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("/run/socket", "unknown"),
    ],
)
def test_q15_a_client_is_its_address(peer: str | None, client: str) -> None:
    assert client_of(request(peer), ()) == client


FORWARDED = "x-forwarded-for"


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("127.0.0.1", ["198.51.100.7"], "127.0.0.1"),
        ("10.1.1.1", ["198.51.100.7"], "198.51.100.7"),
        ("::1", [" 198.51.100.7 "], "198.51.100.7"),
        ("10.1.1.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("10.1.1.1", ["203.0.113.9, 198.51.100.7, 10.2.2.2"], "198.51.100.7"),
        ("10.1.1.1", ["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
        ("10.1.1.1", ["2001:db8::1"], "2001:db8::/64"),
        ("10.1.1.1", ["198.51.100.7, nonsense"], "10.1.1.1"),
        ("10.1.1.1", [""], "10.1.1.1"),
        ("10.1.1.1", [], "10.1.1.1"),
        ("10.1.1.1", ["10.2.2.2"], "10.2.2.2"),
        ("10.1.1.1", [",".join(["10.2.2.2"] * 10_000)], "10.2.2.2"),
    ],
)
def test_q15_forwarded_addresses_are_believed_of_trusted_proxies_only(
    peer: str, headers: list[str], client: str
) -> None:
    assert client_of(request(peer, *((FORWARDED, value) for value in headers)), PROXIES) == client


def test_q15_nobody_is_trusted_by_default() -> None:
    assert client_of(request("127.0.0.1", (FORWARDED, "198.51.100.7")), ()) == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "headers", "local"),
    [
        ("127.0.0.1", [], True),
        ("::1", [], True),
        ("::ffff:127.0.0.1", [], True),
        ("192.0.2.1", [], False),
        (None, [], False),
        ("127.0.0.1", [(FORWARDED, "127.0.0.1")], False),
        ("127.0.0.1", [("forwarded", "for=127.0.0.1")], False),
        ("127.0.0.1", [("via", "1.1 proxy")], False),
        ("127.0.0.1", [("x-real-ip", "127.0.0.1")], False),
    ],
)
def test_what_came_through_a_proxy_is_not_local(
    peer: str | None, headers: list[tuple[str, str]], local: bool
) -> None:
    assert is_local(request(peer, *headers)) is local
