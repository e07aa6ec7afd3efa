"""督办: from findings, complaints and a supervisor's own eyes to reminders, cards and supervision orders, each to its
closing. Every move is in the ledger (`order/<id>`). Never judges a case, never touches a finding.
"""
