// Cosines, neighbours and analogies over the rows of one model: as in w2v/vectors/neighbours.py.

import type { ModelArrays } from "./data";

export interface Hit {
  word: number;
  score: number;
}

const EPSILON = 1e-6; // of 3CosMul, as in w2v/vectors/cosines.py

export class Vectors {
  private readonly inverse: Float64Array; // 1 / length of each row of codes; 0 for a word that the model does not have

  constructor(
    private readonly arrays: ModelArrays,
    readonly dim: number,
  ) {
    const { rows, rank } = arrays;
    this.inverse = new Float64Array(rank.length);
    for (let i = 0; i < rank.length; i++) {
      let sum = 0;
      for (let p = i * dim; p < (i + 1) * dim; p++) sum += rows[p] * rows[p];
      this.inverse[i] = rank[i] && sum ? 1 / Math.sqrt(sum) : 0;
    }
  }

  has(word: number): boolean {
    return this.arrays.rank[word] > 0;
  }

  unit(word: number): Float64Array {
    const made = new Float64Array(this.dim);
    for (let j = 0; j < this.dim; j++) made[j] = this.arrays.rows[word * this.dim + j] * this.inverse[word];
    return made;
  }

  /** The direction of a sum of unit vectors; zero if there are none. */
  direction(plus: Iterable<number>, minus: Iterable<number> = []): Float64Array {
    const sum = new Float64Array(this.dim);
    for (const [words, sign] of [[plus, 1], [minus, -1]] as const)
      for (const word of words) {
        const from = word * this.dim;
        for (let j = 0; j < this.dim; j++) sum[j] += sign * this.arrays.rows[from + j] * this.inverse[word];
      }
    const length = Math.hypot(...sum);
    return length ? sum.map((value) => value / length) : sum;
  }

  cosines(query: Float64Array): Float64Array {
    const { rows } = this.arrays;
    const { dim, inverse } = this;
    const found = new Float64Array(inverse.length);
    for (let i = 0, p = 0; i < found.length; i++) {
      let sum = 0;
      for (let j = 0; j < dim; j++, p++) sum += rows[p] * query[j];
      found[i] = sum * inverse[i];
    }
    return found;
  }

  /** The k words of highest score, ties in order of the rows. */
  best(scores: Float64Array, k: number, except: Iterable<number> = []): Hit[] {
    const out = new Set(except);
    const heap: Hit[] = []; // sorted, best first: k is small
    for (let word = 0; word < scores.length; word++) {
      const score = scores[word];
      if (heap.length === k && score <= heap[k - 1].score) continue;
      if (!this.has(word) || out.has(word)) continue;
      let place = heap.length;
      while (place && heap[place - 1].score < score) place--;
      heap.splice(place, 0, { word, score });
      if (heap.length > k) heap.pop();
    }
    return heap;
  }

  neighbours(plus: number[], minus: number[], k: number): Hit[] {
    return this.best(this.cosines(this.direction(plus, minus)), k, [...plus, ...minus]);
  }

  /** 3CosMul (Levy & Goldberg 2014): a product of cosines, moved to 0..1, over another. */
  multiplied(plus: number[], minus: number[], k: number): Hit[] {
    const scores = new Float64Array(this.inverse.length).fill(1);
    for (const word of plus) this.cosines(this.unit(word)).forEach((cosine, i) => (scores[i] *= (1 + cosine) / 2));
    const below = new Float64Array(scores.length).fill(1);
    for (const word of minus) this.cosines(this.unit(word)).forEach((cosine, i) => (below[i] *= (1 + cosine) / 2));
    for (let i = 0; i < scores.length; i++) scores[i] /= below[i] + EPSILON;
    return this.best(scores, k, [...plus, ...minus]);
  }
}
