"""Speed, as ratios measured in one run: `make benchmark`, or `python -m benchmarks` for a choice.

Absolute times depend on the machine and on its mood; ratios of medians of interleaved measurements
depend on them little. Each module is one question, and writes one table.
"""

import mmoe_repro  # noqa: F401 - first: it says which arithmetic numpy and torch are to use
