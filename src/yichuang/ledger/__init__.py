"""Ledger (账本): append-only, hash-chained record of every act, with vault, seals and verification.

No rule about cases, people or time limits enters here, and no personal data enters a body: that lives in the vault.
"""
