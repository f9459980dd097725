// Pieces that several views use.

import type { App } from "../app";
import { bdi, button, cell, h, save } from "../dom";
import { number } from "../text";
import type { Answer } from "../server";
import type { Hit } from "../vectors";

export function wordButton(app: App, word: number): HTMLElement {
  return h("button", { type: "button", class: "word", title: app.data.words[word].slice(0, 2000), click: () => app.ask(word) }, bdi(app.data.words[word]));
}

export function wordList(app: App, found: number[], most = 200): HTMLElement {
  const rest = found.length - most;
  return h(
    "ul",
    { class: "words" },
    ...found.slice(0, most).map((word) => h("li", {}, wordButton(app, word))),
    rest > 0 ? h("li", { class: "quiet" }, `and ${number(rest)} more`) : null,
  );
}

interface Shown {
  caption: string;
  model?: number;
  product?: boolean; // 3CosMul: no cosine
  more?: (word: number) => Node | null; // what follows a word
  signs?: boolean; // buttons that add and subtract
}

/** Words with score, frequency and rank. */
export function hitTable(app: App, hits: Hit[], shown: Shown): HTMLElement {
  const m = shown.model ?? 0;
  const { counts, rank } = app.data.models[m];
  const { counted } = app.data.meta.models[m];
  const most = Math.max(...hits.map((hit) => hit.score), 1e-9);
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, "Word"),
    h("th", { scope: "col", class: "figure" }, shown.product ? "Score" : "Cosine"),
    counted ? h("th", { scope: "col", class: "figure" }, "Count") : null,
    h("th", { scope: "col", class: "figure" }, "Rank"),
    shown.signs ? h("th", { scope: "col" }, h("span", { class: "hidden" }, "Add or subtract")) : null,
  );
  const row = ({ word, score }: Hit) =>
    h(
      "tr",
      {},
      h("td", {}, wordButton(app, word), shown.more?.(word)),
      h("td", { class: "figure" }, meter(shown.product ? score / most : score), number(score, 3)),
      counted ? h("td", { class: "figure" }, figure(counts[word])) : null,
      h("td", { class: "figure" }, figure(rank[word])),
      shown.signs ? h("td", { class: "signs" }, ...signs(app, word)) : null,
    );
  return h("table", { class: "hits" }, h("caption", {}, shown.caption), h("thead", {}, head), h("tbody", {}, ...hits.map(row)));
}

/** A number, or a dash for a word that only the server has. */
function figure(value: number | undefined): string {
  return value === undefined ? "\u2013" : number(value);
}

function meter(share: number): SVGElement | HTMLElement {
  const bar = h("span", { class: "meter", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(Math.min(Math.max(share, 0), 1)));
  return bar;
}

function signs(app: App, word: number): HTMLElement[] {
  const name = app.data.words[word].slice(0, 60);
  const add = (sign: "plus" | "minus") => () => app.go({ [sign]: [...app.state[sign], app.data.words[word]] }, true);
  return [button("+", add("plus"), { "aria-label": `Add ${name}` }), button("\u2212", add("minus"), { "aria-label": `Subtract ${name}` })];
}

/** A button that saves words as CSV. */
export function csvButton(app: App, found: () => Hit[] | number[], name: string): HTMLElement {
  return button("Save CSV", () => {
    const { data } = app;
    const lines = [["word", "score", "count", "rank", "cluster", "x", "y"].join(",")];
    for (const one of found()) {
      const [word, score] = typeof one === "number" ? [one, ""] : [one.word, one.score.toFixed(6)];
      const model = data.models[0];
      const here = word < app.size;
      const place = here ? [app.clusterName(data.cluster[word]), data.x[word].toFixed(4), data.y[word].toFixed(4)] : ["", "", ""];
      lines.push([data.words[word], score, model.counts[word] ?? "", model.rank[word] ?? "", ...place].map(cell).join(","));
    }
    save(`${name}.csv`, lines.join("\r\n") + "\r\n");
  });
}

export function section(title: string, ...children: (Node | string | null | false)[]): HTMLElement {
  return h("section", {}, h("h2", {}, title), ...children);
}

export function quiet(...children: (Node | string | null)[]): HTMLElement {
  return h("p", { class: "quiet" }, ...children);
}

/** What is shown until the server has answered, or if it refuses. */
export function waiting(answer: Answer): Node[] {
  return [answer.problem ? h("p", { class: "notice" }, answer.problem) : quiet(answer.waiting ? "Asking the server \u2026" : "No answer.")];
}

export function unknown(app: App, listed: string[]): HTMLElement | null {
  const missing = listed.filter((word) => word && app.lookup.exact(word) === undefined);
  return missing.length ? h("p", { class: "notice" }, "Not among the words of this page: ", ...missing.map((word, i) => h("span", {}, i ? ", " : "", bdi(word)))) : null;
}
