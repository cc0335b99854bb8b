"""Pure functions of arrays; randomness only through an explicit generator."""
