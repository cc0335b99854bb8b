"""Where the statements are, and what the verdicts show: tables, and one a statement: claim_S1, ..."""

from pathlib import Path

CLAIMS = Path("config/claims.yaml")
TABLES = ("verdicts", "sensitivity", "power", "sizes")
STATEMENT = "claim"  # claim_S1, ...: a table and a decision plot each
