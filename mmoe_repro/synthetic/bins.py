"""The bins of the paper's Figure 5: from 0 to 0.7, the last for what is beyond."""

BIN, N_BINS = 1 / 30, 21
