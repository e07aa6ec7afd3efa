"""Legal bases, procedures, items and their standards. No case, no person and no HTTP enters this room."""
