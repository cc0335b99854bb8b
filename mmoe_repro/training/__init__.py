"""The population trainer: many runs as one batched program. Knows no architecture and no data."""
