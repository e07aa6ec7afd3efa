"""What every life in the ledger has in common: its acts, their refusals, receipts, numbers, timers and projections.

A room above declares an `Aggregate`; nothing here knows what the lives are about.
"""
