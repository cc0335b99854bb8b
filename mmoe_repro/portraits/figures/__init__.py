"""Figures of single universes, one file each."""
