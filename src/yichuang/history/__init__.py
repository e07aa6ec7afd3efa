"""History (历史): data sets in the shape of the contract, judged by the same rules as live work, whoever wrote them.

A data set is files in a folder; nothing here reads or writes a case, and nothing of it enters the live tables.
"""
