"""Vectors for other tools, one module per tool; each needs an extra, and says so if it is not installed.

frames             Arrow tables and data frames of pandas
static_embedding   a folder for model2vec and sentence-transformers
model_card         the description of vectors, in Markdown
hub                Hugging Face Hub
sklearn            documents to vectors in pipelines of scikit-learn
usearch            approximate search
projector          TensorBoard and the Embedding Projector
"""
