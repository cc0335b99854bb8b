"""A learner holds a population's parameters and trains them: as torch tensors, or compiled.

The models of `mmoe_repro/models/` say what is computed; the torch learner runs them as they stand,
on any device. The compiled learners do the same for the paper's three models on a processor, with
gradients written out, one run at a time while its numbers are in the processor's cache.
"""
