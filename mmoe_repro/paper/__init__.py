"""What the paper says: its published values, its statements, and what it leaves open."""
