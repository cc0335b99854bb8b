"""Figures on the multiverse, one file each."""
