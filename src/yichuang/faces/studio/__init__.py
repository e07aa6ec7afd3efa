"""The studio (规程工作室): a published standard as it runs, its flow drawn; a manuscript part by part."""
