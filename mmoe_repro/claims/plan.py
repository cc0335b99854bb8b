"""What the verdicts show: their tables; each statement has one more, claim_S1, ..."""

TABLES = ("verdicts", "sensitivity", "power")
