"""The page of any life that has no page of its own (`faces.shown`)."""
