"""The check characters of ISO 7064 hybrid systems, MOD 11,10 (digits) and MOD 37,36 (digits and letters).

Which code uses which system is said in that code's module.
"""

from __future__ import annotations

DIGITS = "0123456789"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def mod_11_10(text: str) -> str:
    """The check digit of a string of digits. Raises ValueError for any other character."""
    return _hybrid(text, DIGITS)


def mod_37_36(text: str) -> str:
    """The check character of a string of digits and capital letters. Raises ValueError for any other character."""
    return _hybrid(text, LETTERS)


def _hybrid(text: str, alphabet: str) -> str:
    """ISO 7064 §8: a product carried from character to character, modulo M and M+1."""
    modulus = len(alphabet)
    carry = modulus
    for character in text:
        carry = (carry + alphabet.index(character)) % modulus or modulus
        carry = carry * 2 % (modulus + 1)
    return alphabet[(1 - carry) % modulus]
