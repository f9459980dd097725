"""What the theory of contrastive losses says, and how to compare it with what was trained."""

from w2v.theory.optimum import Optimum, measure_optimum, pair_counts

__all__ = ["Optimum", "measure_optimum", "pair_counts"]
