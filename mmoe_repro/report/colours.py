"""The colours of figures, tables, text and the page to look into: a palette a meaning, none shared.

Models have the paper's green, blue and red (`plots.colours` of the configuration), which not everybody
sees apart, and marks. The colours of another palette differ in lightness, too (tests/test_colours.py).
The paper's curves are dashed with hollow marks and its bars outlines; ours are solid and filled.
"""

CORRELATIONS = {0.5: "#b08fd0", 0.9: "#7b4fa8", 1.0: "#32124f"}  # the darker, the more related
VERDICTS = {"supported": "#00576b", "undecided": "#767676", "contradicted": "#a64200"}
TASKS = ("#8a6a00", "#d1ab3f")  # main and auxiliary, or the first and the second
INK, GREY = "#222222", "#a0a0a0"  # what no palette is of, told apart by marks and lines

MARKS = {"shared_bottom": "s", "omoe": "D", "mmoe": "v"}
VERDICT_MARKS = {"supported": "^", "undecided": "o", "contradicted": "v"}
