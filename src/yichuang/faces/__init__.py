"""Faces: who looks — pages and programs' entries. Views and templates only; no rule and no permission is decided here."""
