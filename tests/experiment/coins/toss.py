"""`python -m mmoe_repro.coins.toss FILE`: a row a person, heads of ten tosses of each coin."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from mmoe_repro.files import write_csv
from mmoe_repro.seeds import numpy_stream

if __name__ == "__main__":
    random = numpy_stream(2018, "coins")
    heads = {name: random.binomial(10, p, 100) / 10 for name, p in (("fair", 0.5), ("bent", 0.8))}
    write_csv(pd.DataFrame({"person": np.arange(100), **heads}), Path(sys.argv[1]))
