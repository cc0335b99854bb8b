"""Where the finished pieces of a look are kept: apart, if they would be others."""

import hashlib
from pathlib import Path

from mmoe_repro.fingerprint import fingerprint
from mmoe_repro.synthetic.universe import Universe
from mmoe_repro.trainability.jobs import Rates


def pieces(keep: Path, universe: Universe, rates: Rates, study_seed: int) -> Path:
    """A folder below `keep` for what this universe, these learning rates, this study seed and this code
    give; a piece's own name says none of them."""
    code = fingerprint("mmoe_repro.trainability.jobs")
    made_with = repr((universe.key(), sorted(rates.items()), study_seed, code))
    return keep / hashlib.sha256(made_with.encode()).hexdigest()[:12]
