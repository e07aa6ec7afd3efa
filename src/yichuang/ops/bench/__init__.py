"""Benchmarks: each measures against a floor in the same run and ends with one JSON line. Nothing here is part of
the product.
"""
