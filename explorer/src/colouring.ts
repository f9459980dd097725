// The colour of each word on the map, and the legend that says what it means.

import type { App } from "./app";
import { CATEGORIES, onRamp } from "./colours";
import { h } from "./dom";
import { pixel } from "./raster";
import { number, short } from "./text";

interface Scale {
  label: string;
  values: Float64Array | Float32Array | Uint16Array; // NaN: grey
  logarithmic?: boolean;
}

const FEW = 0.2;
const OTHERS = 9; // categories with a colour of their own; the rest share one

export class Colouring {
  private cached: { key: string; pixels: Uint32Array; legend: Node[] } | null = null;

  constructor(private readonly app: App) {}

  /** What may be chosen: value and label. */
  choices(): [string, string][] {
    const { data, both } = this.app;
    const { models } = data.meta;
    return [
      ["cluster", "Cluster"],
      ...(models[0].counted ? ([["count", "Frequency"]] as [string, string][]) : []),
      ["norm", "Length of vector"],
      ["hubs", "Hubness"],
      ...(data.column && data.meta.column ? ([["column", data.meta.column.name]] as [string, string][]) : []),
      ...(both ? ([["drift", "Distance moved"]] as [string, string][]) : []),
    ];
  }

  get chosen(): string {
    const { colour } = this.app.state;
    return this.choices().some(([value]) => value === colour) ? colour : "cluster";
  }

  pixels(): Uint32Array {
    return this.made().pixels;
  }

  /** The words that have a value of the column, if they are few: among thousands of grey dots they would be lost. */
  over(): Uint32Array | null {
    const { column } = this.app.data;
    if (this.chosen !== "column" || !column) return null;
    const known = this.app.drawn.filter((word) => !Number.isNaN(column[word]));
    return known.length < FEW * column.length ? known : null;
  }

  legend(): Node[] {
    return this.made().legend;
  }

  private made(): { pixels: Uint32Array; legend: Node[] } {
    const key = `${this.chosen} ${this.app.stage.colours.ground}`;
    if (this.cached?.key !== key) this.cached = { key, ...this.make() };
    return this.cached;
  }

  private make(): { pixels: Uint32Array; legend: Node[] } {
    const { app } = this;
    const { data } = app;
    const labels = data.meta.column?.labels;
    if (this.chosen === "cluster") {
      const colours = app.stage.colours.categories.map(pixel);
      return { pixels: Uint32Array.from(data.cluster, (c) => colours[app.clusterColour[c] ?? 0]), legend: [] };
    }
    if (this.chosen === "column" && data.column && labels) return this.categories(data.column, labels);
    return this.scale(this.scaleOf());
  }

  private scaleOf(): Scale {
    const { data } = this.app;
    const [model] = data.models;
    if (this.chosen === "count") return { label: "occurrences", values: model.counts, logarithmic: true };
    if (this.chosen === "norm") return { label: "length", values: model.norms };
    if (this.chosen === "hubs") return { label: "words whose neighbour it is", values: data.hubs, logarithmic: true };
    if (this.chosen === "drift" && data.drift) return { label: "1 \u2212 cosine, after rotation", values: data.drift };
    return { label: data.meta.column?.name ?? "", values: data.column ?? new Float32Array(0) };
  }

  private scale({ label, values, logarithmic }: Scale): { pixels: Uint32Array; legend: Node[] } {
    const { ramp, faint } = this.app.stage.colours;
    const as = (value: number) => (logarithmic ? Math.log1p(value) : value);
    const sorted = Float64Array.from(values, as).filter(Number.isFinite).sort();
    // The outermost hundredth does not stretch the scale.
    const [low, high] = [0.01, 0.99].map((part) => sorted[Math.round(part * (sorted.length - 1))] ?? 0);
    const grey = pixel(faint);
    const pixels = Uint32Array.from(values, (value) => (Number.isFinite(value) ? onRamp(ramp, (as(value) - low) / (high - low || 1)) : grey));
    const back = (value: number) => (logarithmic ? number(Math.expm1(value)) : short(value));
    const bar = h("span", { class: "ramp", "aria-hidden": "true" });
    return { pixels, legend: [h("span", { class: "scale" }, back(low), bar, back(high)), h("span", { class: "quiet" }, label)] };
  }

  private categories(column: Float32Array, labels: string[]): { pixels: Uint32Array; legend: Node[] } {
    const { categories, faint } = this.app.stage.colours;
    const colours = categories.map(pixel);
    const grey = pixel(faint);
    const last = labels.length <= CATEGORIES ? CATEGORIES : OTHERS;
    const members = (wanted: (label: number) => boolean) => Array.from(this.app.byCount).filter((word) => wanted(column[word]));
    const entry = (name: string, colour: number, wanted: (label: number) => boolean) =>
      h("button", { type: "button", class: "entry", click: () => this.app.select(members(wanted)) }, h("i", { class: `swatch swatch${colour}` }), h("bdi", {}, name));
    const legend = labels.slice(0, last).map((name, i) => entry(name, i, (label) => label === i));
    if (labels.length > last) legend.push(entry(`${labels.length - last} others`, OTHERS, (label) => label >= last));
    return {
      pixels: Uint32Array.from(column, (label) => (Number.isNaN(label) ? grey : colours[Math.min(label, OTHERS)])),
      legend,
    };
  }
}
