"""The portraits' published runs, made again as those of other universes are."""

from mmoe_repro.multiverse.again import MEASURES, again, runs

__all__ = ["MEASURES", "again", "runs"]
