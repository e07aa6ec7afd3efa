"""Watching (监察): what happened today, where lights are on, which dates come next, and whether the house is well."""
