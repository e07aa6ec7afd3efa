"""Cases (办件): the life of an application, from filing to certificate. `core/` is pure; `service.perform` is the
one door.

Nothing of HTTP or HTML enters here, and no act on a case happens anywhere else.
"""
