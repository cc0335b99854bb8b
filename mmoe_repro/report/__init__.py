"""What every room's part of the report needs; no experiment is known by name."""
