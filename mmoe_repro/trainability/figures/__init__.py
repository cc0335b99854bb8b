"""One module a figure: `draw` makes it from its input files."""
