"""Examines files from outside, in a process of their own with bounds on time and memory.

What never enters: the database, Django, the network, any secret. Other rooms decide who may send a file and what
happens with it.
"""
