"""Calibration: what the paper leaves open, chosen by Figures 2 and 3 and by nothing else.

Nothing in this room may read Figures 4 and 5: they are the test of what is chosen here.
"""
