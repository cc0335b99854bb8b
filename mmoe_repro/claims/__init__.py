"""The paper's statements as data, and their verdicts; knows statistics and records, not training."""
