"""Where what a reader sees comes from, down to records, commit and code."""
