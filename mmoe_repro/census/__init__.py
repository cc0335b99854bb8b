"""The paper's Census-Income experiment (section 6.3): data, methods' tuning, repeats."""
