"""The register of laws (法规库): what may be cited, in which version, from when to when, and where everybody reads it
(3.5h). What a standard demands is its own; here is whether the law it names still says so.
"""
