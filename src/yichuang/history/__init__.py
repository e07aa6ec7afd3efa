"""History (历史): data sets of any system in the contract's layout, judged by the same rules as live work.

A data set is files in a folder; nothing here reads or writes a case, and nothing of it enters the live tables.
"""
