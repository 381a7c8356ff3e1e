"""Random but valid queries over given tables, as Hypothesis strategies."""
