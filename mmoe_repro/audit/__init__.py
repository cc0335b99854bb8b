"""Are the published records right? Runs drawn from all of them, made again, and compared."""
