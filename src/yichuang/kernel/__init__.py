"""The pure kernel: working days, clocks, codes, canonical JSON, hashes. No framework, database, clock or network enters it."""
