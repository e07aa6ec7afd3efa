"""Files from outside are looked at here, in a process of their own with bounds on time and memory.

What never enters: the database, Django, the network, any secret. Who may send a file and what becomes of it is said
elsewhere.
"""
