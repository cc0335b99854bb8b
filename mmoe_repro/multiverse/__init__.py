"""The multiverse: the study's conditions in many universes of the space, and what they say together."""
