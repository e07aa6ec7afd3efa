"""Faces: who looks — pages and programs' entries. Views and templates only; no rule or permission is decided here."""
