"""Corpora to train on: a small generated world, and public corpora to download."""

from .fetch import Fetched, default_folder, fetch
from .manifest import PublicCorpus, find_corpus, load_manifest
from .world import analogies, generate, similarity_pairs, write

__all__ = [
    "Fetched",
    "PublicCorpus",
    "analogies",
    "default_folder",
    "fetch",
    "find_corpus",
    "generate",
    "load_manifest",
    "similarity_pairs",
    "write",
]
