"""Word vectors as users hold them: looked up, compared, searched, edited, loaded and saved."""

from w2v.vectors.keyed_vectors import KeyedVectors

__all__ = ["KeyedVectors"]
