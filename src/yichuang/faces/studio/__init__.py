"""The studio (规程工作室): a published standard as it runs, its flow drawn. Read-only; drafting is a later issue."""
