"""Word ids to vectors.

trainer         epochs, callbacks, checkpoints: EncodedCorpus + TrainConfig -> matrices
threads         several threads over one range of chunks; Ctrl-C while they run
schedule        the division of a corpus into chunks, and the learning rate at each place
matrices        input and output vectors, as the kernels want them
replicas        per-thread copies of the rows of frequent words
objectives      the losses: definitions in NumPy, properties
reference       the engine in plain NumPy, against which the kernels are tested
checkpoint      the state of a run on disk
epoch_report    what one epoch did
memory          how much memory training takes, and how much is available
"""
