"""What exists only because gensim has it, so that code written for gensim goes on working."""
