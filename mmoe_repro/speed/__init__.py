"""The trainer's speed, as `make benchmark` measured it: what the report shows of it."""
