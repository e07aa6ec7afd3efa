"""What a department writes of a standard, as plain data: made from a standard and read into one, compared, merged, and
carried through Excel and YAML. Pure: no table, no clock; who may write and who examines is the revision's.
"""
