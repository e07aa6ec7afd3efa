"""Who comes to the window: real-name accounts, persons and organisations, mandates, messages to them.

Never enters: departments and posts, cases, and any page; personal fields leave this room only through `face`.
"""
