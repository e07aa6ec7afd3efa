"""Applicants and their accounts: real names, persons and organisations, mandates, messages.

Never enters: departments and posts, cases, and any page; personal fields leave this room only through `face`.
"""
