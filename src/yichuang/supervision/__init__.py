"""Supervision (电子监察), the room that judges: the log contract, what fills it from our own ledger, the rules and what
they find.

Nothing here acts on a case: supervision reads, and what it finds stands beside the record. No personal data enters
its tables; people and applicants appear by their opaque ids alone.
"""
