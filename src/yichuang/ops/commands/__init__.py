"""One module per command of `yichuang`; see `ops/cli.py` for what it has."""
