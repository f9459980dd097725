"""Word ids to vectors.

train           an encoded corpus -> a trained_model, which says by its provenance how it was made
trainer         epochs, with what hooks are told; threads: several of them over one range of chunks, and Ctrl-C
schedule        the division of a corpus into chunks, and the learning rate at each place
matrices        input and output vectors, laid out for the kernels
replicas        per-thread copies of the rows of frequent words
objectives      the losses: definitions in NumPy, properties
reference       the engine in plain NumPy, against which the kernels are tested
checkpoint      the state of a run on disk
epoch_report    what one epoch did
memory          how much memory training takes
"""
