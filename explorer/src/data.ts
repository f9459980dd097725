// What the page is about: one block of JSON and one of numbers, both written by w2v/explorer/page.py.

export interface Fact {
  label: string;
  value: string;
}

export interface Measure {
  name: string;
  value: number;
  low: number | null;
  high: number | null;
  meaning: string;
}

export interface Point {
  epoch: number;
  alignment: number;
  uniformity: number;
  loss: number | null;
}

export interface Reference {
  name: string;
  uniformity: number;
  alignment: number;
}

export interface Score {
  test: string;
  value: number;
  low: number | null;
  high: number | null;
  of: string;
}

export interface Model {
  name: string;
  words: number;
  dim: number;
  counted: boolean;
  facts: [string, Fact[]][];
  command: string;
  losses: [number, number][];
  bits: number; // of a code
  trajectory: Point[];
  trajectoryOf: string;
  measures: Measure[];
  scores: Score[];
}

export interface Column {
  name: string;
  labels: string[] | null; // of a column of categories; null: numbers
}

export interface Meta {
  title: string;
  words: string[];
  models: Model[];
  layout: { name: string; note: string };
  clusters: string[][]; // the most central words of each
  column: Column | null;
  references: Reference[];
  compared: Reference[]; // points of the plane that `w2v geometry` measured, of these and of other models
  precision: { bits: number; tried: number; positions: number; members: number };
  poles: [string, string][];
  among: number; // words of which hubs were counted; more than those here, if these are the first of a larger page
  common?: { words: number; dimensions: number; overlap: { of: number; mean: number; chance: number } }; // of two models
  version: string;
}

type Arrays = Record<string, [type: string, offset: number, length: number]>;

export interface Data {
  meta: Meta;
  words: string[];
  x: Float32Array; // on the map, from -1 to 1
  y: Float32Array;
  cluster: Uint8Array;
  hubs: Uint16Array; // of how many words it is among the ten nearest
  column: Float32Array | null; // number, or place in the list of labels; NaN: none
  drift: Float32Array | null; // NaN: only one model has the word
  models: ModelArrays[];
}

export interface ModelArrays {
  rows: Int16Array; // 12-bit or 16-bit codes; a row's scale does not matter for cosines
  counts: Float64Array;
  rank: Uint32Array; // among all words of the model, from 1; 0: it does not have the word
  norms: Float32Array;
}

function bytes(text: string): Uint8Array {
  const decode = (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array }).fromBase64;
  if (decode) return decode.call(Uint8Array, text);
  const binary = atob(text);
  const made = new Uint8Array(binary.length);
  for (let i = 0; i < made.length; i++) made[i] = binary.charCodeAt(i);
  return made;
}

function block(id: string): string {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no block ${id}`);
  const text = element.textContent ?? "";
  element.remove(); // megabytes that nobody needs twice
  return text;
}

// Code = 16 * high byte + 4 bits; the fours of two values share a byte, the first in its lower half.
function unpack(packed: Uint8Array, values: number): Int16Array {
  const high = new Int8Array(packed.buffer, packed.byteOffset, values);
  const low = packed.subarray(values);
  const made = new Int16Array(values);
  for (let i = 0; i < values; i++) made[i] = high[i] * 16 + ((low[i >> 1] >> ((i & 1) << 2)) & 15);
  return made;
}

const TYPES = {
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  i2: Int16Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

export function read(): Data {
  const { meta, arrays } = JSON.parse(block("w2v-about")) as { meta: Meta; arrays: Arrays };
  const { buffer } = bytes(block("w2v-numbers"));
  function array<T extends keyof typeof TYPES>(name: string, type: T): InstanceType<(typeof TYPES)[T]> {
    const [stored, offset, length] = arrays[name];
    if (stored !== type) throw new Error(`${name} must be of type ${type}: got ${stored}`);
    return new TYPES[type](buffer as ArrayBuffer, offset, length) as InstanceType<(typeof TYPES)[T]>;
  }
  const has = (name: string) => name in arrays;
  const V = meta.words.length;
  const position = array("position", "i2");
  const [x, y] = [new Float32Array(V), new Float32Array(V)];
  for (let i = 0; i < V; i++) {
    x[i] = position[2 * i] / 32767;
    y[i] = position[2 * i + 1] / 32767;
  }
  return {
    meta,
    words: meta.words,
    x,
    y,
    cluster: array("cluster", "u1"),
    hubs: array("hubs", "u2"),
    column: has("column") ? array("column", "f4") : null,
    drift: has("drift") ? array("drift", "f4") : null,
    models: meta.models.map((model, m) => ({
      rows: arrays[`rows${m}`][0] === "i2" ? array(`rows${m}`, "i2") : unpack(array(`rows${m}`, "u1"), V * model.dim),
      counts: array(`counts${m}`, "f8"),
      rank: array(`rank${m}`, "u4"),
      norms: array(`norms${m}`, "f4"),
    })),
  };
}
