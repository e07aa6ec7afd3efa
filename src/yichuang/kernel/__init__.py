"""The pure kernel: working days, clocks, codes, canonical JSON, hashes.

No framework, no database, no network and no reading of the present moment ever enters it.
"""
