// Finding a word by what was typed: exactly, by prefix, by what it contains, by likeness.

import { fold } from "./text";

const ENOUGH = 8;

export class Lookup {
  private readonly index = new Map<string, number>();
  private folded: string[] | null = null;

  /** `order`: the words, most frequent first. */
  constructor(
    private readonly words: string[],
    private readonly order: Uint32Array,
  ) {
    words.forEach((word, i) => this.index.set(word, i));
  }

  /** The place of a word, or undefined. */
  exact(word: string): number | undefined {
    return this.index.get(word);
  }

  /** A word that the page does not have, but the server's model. */
  add(word: string, place: number): void {
    this.index.set(word, place);
  }

  /** The place of a word as people type it: another case, accents left out. */
  typed(text: string): number | undefined {
    const known = this.exact(text) ?? this.exact(text.trim());
    if (known !== undefined || !text.trim()) return known;
    const folded = this.fold();
    const wanted = fold(text.trim());
    return this.order.find((word) => folded[word] === wanted);
  }

  /** Up to `most` words: the exact one, then those that begin so, then those that are alike. */
  complete(text: string, most: number): { words: number[]; alike: number[] } {
    const typed = text.trim();
    if (!typed) return { words: [], alike: [] };
    const folded = this.fold();
    const wanted = fold(typed);
    const found = new Set<number>();
    const exact = this.exact(text) ?? this.exact(typed);
    if (exact !== undefined) found.add(exact);
    for (const word of this.order) {
      if (found.size >= most) break;
      if (folded[word] === wanted) found.add(word);
    }
    for (const word of this.order) {
      if (found.size >= most) break;
      if (folded[word].startsWith(wanted)) found.add(word);
    }
    const words = [...found];
    return { words, alike: words.length < ENOUGH ? this.alike(wanted, found, Math.min(ENOUGH, most) - words.length) : [] };
  }

  private fold(): string[] {
    this.folded ??= Array.from(this.order, (word) => fold(this.words[word]));
    return this.folded;
  }

  private alike(wanted: string, known: Set<number>, most: number): number[] {
    const folded = this.fold();
    const allowed = wanted.length < 4 ? 1 : wanted.length < 8 ? 2 : 3;
    const found: { word: number; cost: number }[] = [];
    this.order.forEach((word) => {
      const other = folded[word];
      if (known.has(word) || other.length > LONGEST || wanted.length > LONGEST) return;
      const cost = other.length > wanted.length && wanted.length > 2 && other.includes(wanted) ? 0.5 : distance(wanted, other, allowed);
      if (cost <= allowed) found.push({ word, cost });
    });
    return found.sort((a, b) => a.cost - b.cost).slice(0, most).map((one) => one.word); // stable: then by frequency
  }
}

const LONGEST = 64;
let [before, last, row] = [0, 1, 2].map(() => new Uint8Array(LONGEST + 1)); // kept: a query compares tens of thousands of words

/** Edits between two words of up to 64 letters, neighbouring letters that changed places being one (Damerau 1964); above `most`, some number above it. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const letter = a.charCodeAt(i - 1);
    const earlier = i > 1 ? a.charCodeAt(i - 2) : -1;
    let least = (row[0] = i);
    for (let j = 1; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1);
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter === other ? 0 : 1));
      if (j > 1 && i > 1 && letter === b.charCodeAt(j - 2) && earlier === other) cost = Math.min(cost, before[j - 2] + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    [before, last, row] = [last, row, before];
  }
  return last[b.length];
}
