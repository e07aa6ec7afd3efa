"""Supervision (电子监察): the log contract that every history fits, and what fills it from our own ledger.

Nothing here acts on a case: supervision reads, and what it finds stands beside the record. No personal data enters
its tables; people and applicants appear by their opaque ids alone.
"""
