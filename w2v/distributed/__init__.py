"""Training on many cores and many machines, with the bits of one machine.

    files --ranges--> workers: count, encode --portions--> shards --rounds--> model

text     word_counts (counts of ranges, merged), encoded_range, scattered_text (who has which part of a text)
workers  worker (what one does), communicator (how they are called), checks (what they must have), recovery
rounds   remote_shards (who drives them), exchanges (of rows: how many at a time), costs (what travels, and where the time
         goes), plan (both, before anything is read)
doors    train; job (what is trained on what), on_ray and on_mpi (the only modules that import Ray and mpi4py)
"""

from w2v.distributed.train import train

__all__ = ["train"]
