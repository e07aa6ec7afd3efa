"""What programs see: the same commands and scoped reads as the pages, in JSON (OpenAPI 3.1). No rule and no page."""
