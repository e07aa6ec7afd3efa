"""Rules that people write as data for this platform (自定规则): each a life of drafts that are tried on our own
history, and of versions that another person puts into force. What a question finds is `rules.asking`'s.
"""
