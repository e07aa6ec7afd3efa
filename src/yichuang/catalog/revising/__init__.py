"""The life of a revision of a standard (规程编制, 3.2d): a department drafts it, its head signs it, the
government-service office of the same level examines it, and it comes into force on its day.

What is written is its manuscript (`manuscript`); what a standard is, and whether it may be published, say
`catalog.standard` and `catalog.checker`.
"""
