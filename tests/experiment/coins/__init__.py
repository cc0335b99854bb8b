"""A made-up experiment: two coins, one of them bent, tossed by a hundred people."""
