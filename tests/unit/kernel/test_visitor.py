"""Whose address counts: the last one that a trusted proxy vouches for, and never a visitor's own word."""

from __future__ import annotations

import pytest

from yichuang.kernel.visitor import counted_network, read_networks, visitor_address

TRUSTED = read_networks(["127.0.0.1", "10.0.0.0/8", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # an untrusted peer says what it likes
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first one is the visitor's own word
        ("127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"),  # two proxies of ours
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),  # an officer inside
        ("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
        ("127.0.0.1", "nonsense, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", ", ,", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9:51234", "203.0.113.9"),
        ("127.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("::ffff:127.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "1," * 5000 + "203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", ""),
        ("127.0.0.1", "' or 1=1 --\x00", "127.0.0.1"),
    ],
)
def test_the_visitor_behind_the_proxies(peer: str, forwarded: str, visitor: str) -> None:
    assert visitor_address(peer, forwarded, TRUSTED) == visitor


def test_without_a_trusted_proxy_the_peer_is_the_visitor() -> None:
    assert visitor_address("127.0.0.1", "203.0.113.9", ()) == "127.0.0.1"


def test_a_setting_that_is_no_address_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="YICHUANG_TRUSTED_PROXIES 中的“proxy”不是地址"):
        read_networks(["proxy"])


def test_a_household_counts_once() -> None:
    assert counted_network("2001:db8:1:2:a::1") == counted_network("2001:db8:1:2:b::2") == "2001:db8:1:2::/64"
    assert counted_network("203.0.113.9") == "203.0.113.9"
    assert counted_network("") == ""
