"""Halls (政务服务大厅): which business classes they have, which window takes what (3.4a, 3.4b), the queue of tickets.
Nothing of a case enters, and no ticket knows who holds it.
"""
