"""The planter: made-up histories with breaches of which it is known where they are.

It knows the law and the documents, not the program: it takes the columns from docs/log-contract.md, reckons days from
the holiday file by itself, and imports nothing of what judges.
"""
