"""The address of the visitor behind the proxies that are trusted (YICHUANG_TRUSTED_PROXIES). Pure; reads no request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
MOST_HOPS = 20  # addresses of a chain that are read; a longer chain is nonsense


def read_networks(words: Iterable[str]) -> tuple[Network, ...]:
    """The networks of a setting: addresses or networks. Raises ValueError, in Chinese, for any other word."""
    networks = []
    for word in words:
        try:
            networks.append(ip_network(word, strict=False))
        except ValueError:
            raise ValueError(
                f"YICHUANG_TRUSTED_PROXIES 中的“{word}”不是地址或网段，例如 127.0.0.1 或 10.0.0.0/8"
            ) from None
    return tuple(networks)


def read_address(text: str) -> Address | None:
    """The address in one part of X-Forwarded-For, with or without a port; None when it is none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def is_trusted(address: Address | None, trusted: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in trusted)


def visitor_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Who asks: the last address of the chain that no trusted proxy has.

    `peer` is the other end of the connection. `forwarded` is X-Forwarded-For, which each proxy extends at its end.
    Only what a trusted proxy wrote counts: the chain is read from its end, and it ends at the first part that is not
    an address of a trusted proxy. A part that is no address ends it too: then the proxy that wrote it is the visitor.
    """
    visitor = read_address(peer)
    if visitor is None:
        return peer
    for part in reversed(forwarded.split(",")[-MOST_HOPS:]):
        if not is_trusted(visitor, trusted):
            break
        address = read_address(part)
        if address is None:
            break
        visitor = address
    return str(visitor)


def counted_network(address: str) -> str:
    """The key by which tries are counted: an IPv4 address, or the /64 network of an IPv6 address (one household)."""
    parsed = read_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network(f"{parsed}/64", strict=False))
    return str(parsed or address)
