"""Figures on the recommender."""
