"""What a judgement can say of a statement. Of its own, so that readers need not load the judging."""

SUPPORTED, CONTRADICTED, UNDECIDED = "supported", "contradicted", "undecided"
NO_VALUES = "no values"
