"""Figures, tables and LaTeX numbers, made from records and summaries."""
