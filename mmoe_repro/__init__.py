"""Reproduction study of MMoE (Ma et al., KDD 2018): data, models, training, statistics, report."""

from mmoe_repro import processor as processor  # first: it must come before numpy and torch

__version__ = "0.1.0"
