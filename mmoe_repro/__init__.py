"""Reproduction study of MMoE (Ma et al., KDD 2018): data, models, training, statistics, report."""

__version__ = "0.1.0"
