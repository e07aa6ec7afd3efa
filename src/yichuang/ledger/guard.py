"""Which tables may never lose or change a row; the role of the running application may only read and add to them."""

APPEND_ONLY = ("ledger_entry", "ledger_seal", "ledger_store", "ledger_vault")
