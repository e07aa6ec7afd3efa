"""Licences (证照): their life after the decision, changed, renewed, revoked, cancelled, expired. `core/` is pure.

What never enters: how an application is handled (`cases`, which moves a licence by its decisions), and what a document
says (`documents`).
"""
