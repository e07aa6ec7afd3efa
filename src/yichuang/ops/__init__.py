"""Runs the house: the embedded database, the supervisor of processes, the command line. Never a rule of the field."""
