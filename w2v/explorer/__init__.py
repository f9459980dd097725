"""A page to look at vectors with: one file that opens from disk and needs no network, ``w2v explore``.

explore     the public function: vectors -> page
choice      which words the page holds
subjects    a model on the page: its rows, counts and ranks of these words
codes       rows as 12-bit codes, and how often neighbours differ from those of float32
neighbours  the nearest words of each word
overlap     how many of them two models share
layouts     positions on the map: t-SNE, PCA, UMAP
tsne        t-SNE on a grid
clusters    groups of words, named by their most central ones
columns     a value of the user's for each word
measures    geometry of the vectors, and hubs
origin      how the vectors were made: facts, losses, the command
reports     scores and measurements that other commands wrote
page        page.html, which `make explorer` builds from the top-level folder explorer/, with the data
"""

from w2v.explorer.explore import explore
from w2v.explorer.page import Page

__all__ = ["Page", "explore"]
