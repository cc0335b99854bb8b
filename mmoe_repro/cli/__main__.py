"""`python -m mmoe_repro.cli`: the same as `mmoe-repro`."""

from mmoe_repro.cli import main

main()
