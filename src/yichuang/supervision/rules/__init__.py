"""The rules (监察规则): each one function from the contract's tables to a table of hits, the same on every engine.

Written with Ibis over unbound tables; no rule knows a database, and none acts. What a rule means in law stands beside
it in its `Rule`.
"""
