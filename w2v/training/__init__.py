"""Train vectors on word ids.

train           an encoded corpus -> a trained_model, whose provenance records how it was made
chunked_text    the chunks of a corpus, wherever they are; engines: what trains them
shards          copies of the matrices, trained in rounds (course: how far they have come) and merged (merging)
trainer         the loop over epochs, which calls hooks (callbacks); threads: threads over a range of chunks, and Ctrl-C
schedule        the division of a corpus into chunks, and the learning rate at each position
matrices        input and output vectors, laid out for the kernels
replicas        per-thread copies of the rows of frequent words
objectives      the losses: definitions in NumPy, properties
reference       the engine in plain NumPy, against which the kernels are tested
checkpoint      the state of a run on disk
epoch_report    counts and loss of each epoch
memory          an estimate of the memory that training takes
"""
