"""The list of approval items (审批事项清单) as a register of lives: each item is listed, moved, merged or cancelled by
an act with its document (3.1). What an item demands of an applicant is its standard's; here is whether it exists.
"""
