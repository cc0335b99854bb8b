"""What the verdicts show: their tables, and one a statement: claim_S1, ..."""

TABLES = ("verdicts", "sensitivity", "power")
STATEMENT = "claim"  # claim_S1, ...: a table and a decision plot each
