import mmoe_repro  # noqa: F401 - first: it says which arithmetic numpy and torch are to use
