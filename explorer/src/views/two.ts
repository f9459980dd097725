// Two models: the neighbours of a word in both, and the words that moved most.

import type { App, Page } from "../app";
import { bdi, h } from "../dom";
import type { Arrow } from "../stage";
import { amount, number, short } from "../text";
import type { Hit } from "../vectors";
import { quiet, section, unknown, wordButton } from "./parts";

const SHOWN = 15;
const MOVED = 40;
const ARROWS = 12;
const CENTRE = 10; // neighbours whose middle an arrow points to
const LEAST = 100;
const USUAL = 5000; // rarer words move by chance

function near(app: App, m: number, word: number, k: number): Hit[] {
  return app.vectors[m].has(word) ? app.vectors[m].neighbours([word], [], k) : [];
}

function among(app: App): number {
  const V = app.size;
  return Math.min(app.state.among ? Math.max(app.state.among, LEAST) : USUAL, V);
}

function moved(app: App): number[] {
  const drift = app.data.drift as Float32Array;
  return Array.from(app.byCount.subarray(0, among(app)))
    .filter((word) => !Number.isNaN(drift[word]))
    .sort((a, b) => drift[b] - drift[a])
    .slice(0, MOVED);
}

const targets = new Map<number, [number, number] | null>();

/** Where a word's neighbours in the other model are, on this map. */
function target(app: App, word: number): [number, number] | null {
  let found = targets.get(word);
  if (found === undefined) {
    const hits = near(app, 1, word, CENTRE);
    const mean = (values: Float32Array) => hits.reduce((sum, hit) => sum + values[hit.word], 0) / hits.length;
    found = hits.length ? [mean(app.data.x), mean(app.data.y)] : null;
    targets.set(word, found);
  }
  return found;
}

function side(app: App, m: number, hits: Hit[], others: Hit[], word: string): HTMLElement {
  const known = new Set(others.map((hit) => hit.word));
  return h(
    "div",
    {},
    h("h3", {}, bdi(app.data.meta.models[m].name)),
    h(
      "ol",
      { class: "ranked" },
      ...hits.map((hit) => {
        const only = !known.has(hit.word);
        return h("li", { class: only ? word : null }, wordButton(app, hit.word), only ? h("span", { class: "tag" }, word) : null, h("span", { class: "count" }, number(hit.score, 2)));
      }),
    ),
    hits.length ? null : quiet("It does not have this word."),
  );
}

/** What to compare a number of common neighbours with. */
function usually(app: App): string {
  const { common } = app.data.meta;
  if (!common) return "";
  const { of, mean, chance } = common.overlap;
  return `On average ${short(mean)} of ${number(of)} nearest words are in both; by chance it would be ${short(chance)}.`;
}

/** A warning, if the models have too little in common. */
function few(app: App): HTMLElement | null {
  const { common } = app.data.meta;
  if (!common || common.words >= common.dimensions) return null;
  return h("p", { class: "notice" }, `The models have only ${amount(common.words, "word")} in common, fewer than their ${number(common.dimensions)} dimensions: the rotation can fit these whatever they mean, and distances say little.`);
}

function compared(app: App, word: number): HTMLElement {
  const [first, second] = [near(app, 0, word, SHOWN), near(app, 1, word, SHOWN)];
  const drift = app.data.drift?.[word] ?? Number.NaN;
  const kept = first.filter((hit) => second.some((other) => other.word === hit.word)).length;
  return h(
    "section",
    {},
    h("h2", {}, "Neighbours of ", bdi(app.data.words[word])),
    quiet(`${kept} of ${Math.max(first.length, second.length)} in both${Number.isNaN(drift) ? "" : `; distance moved ${short(drift)}`}. ${usually(app)}`),
    h("div", { class: "pair" }, side(app, 0, first, second, "gone"), side(app, 1, second, first, "new")),
  );
}

function slider(app: App): HTMLElement {
  const V = app.size;
  const span = Math.log(V / LEAST);
  const input = h("input", {
    type: "range",
    min: 0,
    max: 100,
    "data-key": "among",
    "aria-label": "Among how many of the most frequent words",
    change: () => app.go({ among: Math.min(value(), V) }),
    input: () => (shown.textContent = text(value())),
  });
  input.value = String(V > LEAST ? Math.round((100 * Math.log(among(app) / LEAST)) / span) : 100);
  const value = () => Math.round(LEAST * Math.exp((span * Number(input.value)) / 100));
  const text = (words: number) => `among the ${number(Math.min(words, V))} most frequent`;
  const shown = h("span", {}, text(among(app)));
  return h("label", { class: "slider" }, shown, input);
}

function table(app: App, listed: number[]): HTMLElement {
  const drift = app.data.drift as Float32Array;
  return h(
    "table",
    { class: "hits" },
    h("caption", {}, "Words that moved most"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Word"), h("th", { scope: "col", class: "figure" }, "Distance"), ...app.data.meta.models.map((model) => h("th", { scope: "col" }, "Nearest in ", bdi(model.name))))),
    h(
      "tbody",
      {},
      ...listed.map((word) =>
        h(
          "tr",
          {},
          h("td", {}, wordButton(app, word)),
          h("td", { class: "figure" }, number(drift[word], 2)),
          ...[0, 1].map((m) => h("td", { class: "some" }, ...near(app, m, word, 2).flatMap((hit, i) => [i ? ", " : "", bdi(app.data.words[hit.word])]))),
        ),
      ),
    ),
  );
}

export const two: Page = {
  title: "Compare",
  panel: (app) => {
    const asked = app.known(app.state.plus).slice(0, 1);
    return [
      ...[unknown(app, app.state.plus)].filter((one) => one !== null),
      ...asked.map((word) => compared(app, word)),
      ...(asked.length ? [] : [quiet(`Search for a word to see its neighbours in both models. ${usually(app)}`)]),
      ...[few(app)].filter((one) => one !== null),
      section(
        "Moved most",
        slider(app),
        table(app, moved(app).slice(0, app.state.plus.length ? 15 : MOVED)),
        quiet("Distance: 1 \u2212 cosine of a word\u2019s two vectors, after the rotation that brings the models together (Procrustes). An arrow leads from a word to the middle of its ten nearest neighbours in the other model."),
      ),
    ];
  },
  picture: (app) => {
    const { x, y } = app.data;
    const asked = app.known(app.state.plus).slice(0, 1);
    const listed = asked.length ? asked : moved(app).slice(0, ARROWS);
    const arrows: Arrow[] = [];
    for (const word of listed) {
      const to = target(app, word);
      if (to) arrows.push({ from: [x[word], y[word]], to });
    }
    const near2 = asked.flatMap((word) => [...near(app, 0, word, 8), ...near(app, 1, word, 8)]).map((hit) => hit.word);
    return { asked: listed, found: [...new Set(near2)], arrows, titles: [] };
  },
};
