// Neighbours of one or several words; what was selected; without either, the clusters.

import type { App, Page } from "../app";
import { combobox } from "../combobox";
import { bdi, button, h } from "../dom";
import { amount, number, short } from "../text";
import type { Hit } from "../vectors";
import { csvButton, hitTable, quiet, section, unknown, waiting, wordButton, wordList } from "./parts";

const SHOWN = 30;
const MARKED = 15;
let negative = false; // the sign of the next word

function hits(app: App): Hit[] {
  if (app.server && app.state.plus.length + app.state.minus.length) return app.server.neighbours(app.state.plus, app.state.minus, SHOWN).hits;
  const [plus, minus] = [app.known(app.state.plus), app.known(app.state.minus)];
  const here = (list: number[]) => list.filter((word) => app.vectors[0].has(word));
  return plus.length + minus.length ? app.vectors[0].neighbours(here(plus), here(minus), SHOWN) : [];
}

function chips(app: App): HTMLElement {
  const chip = (word: string, sign: "plus" | "minus", i: number) =>
    h(
      "li",
      { class: `chip ${sign}` },
      h("span", {}, sign === "plus" ? "+" : "\u2212"),
      bdi(word),
      button("\u00d7", () => app.go({ [sign]: app.state[sign].filter((_, j) => j !== i) }, true), { "aria-label": `Remove ${word.slice(0, 60)}` }),
    );
  const sign = button(negative ? "\u2212" : "+", () => {
    negative = !negative;
    app.render();
  }, { class: "sign", "data-key": "sign", "aria-label": negative ? "The next word is subtracted" : "The next word is added" });
  const box = combobox(app, {
    label: negative ? "Subtract a word" : "Add a word",
    placeholder: negative ? "Subtract a word" : "Add a word",
    pick: (word) => {
      const to = negative ? "minus" : "plus";
      app.go({ [to]: [...app.state[to], app.data.words[word]] }, true);
    },
  });
  box.input.dataset.key = "more";
  return h(
    "div",
    { class: "chips" },
    h("ul", {}, ...app.state.plus.map((word, i) => chip(word, "plus", i)), ...app.state.minus.map((word, i) => chip(word, "minus", i))),
    h("div", { class: "add" }, sign, box.element),
  );
}

function about(app: App, word: number): HTMLElement {
  const { data } = app;
  const [model] = data.models;
  const said: [string, string][] = [];
  if (data.meta.models[0].counted) said.push(["Count", number(model.counts[word])]);
  said.push(["Rank", number(model.rank[word])], ["Length", short(model.norms[word])], ["Neighbour of", amount(data.hubs[word], "word")]);
  const column = data.column?.[word];
  if (data.meta.column && column !== undefined && !Number.isNaN(column)) said.push([data.meta.column.name, data.meta.column.labels?.[column] ?? short(column)]);
  const cluster = data.cluster[word];
  return h(
    "dl",
    { class: "facts" },
    ...said.map(([name, value]) => h("div", {}, h("dt", {}, h("bdi", {}, name)), h("dd", {}, h("bdi", {}, value)))),
    h("div", {}, h("dt", {}, "Cluster"), h("dd", {}, button(app.clusterName(cluster), () => app.select(app.members(cluster)), { class: "link" }))),
  );
}

function precision(app: App): HTMLElement {
  if (app.server) return quiet(`Exact, among all ${amount(app.server.words, "word")} of the model, from the server.`);
  const { bits, tried, positions } = app.data.meta.precision;
  const share = (100 * positions).toFixed(2);
  return quiet(`Among all words of this page. Its vectors are rounded to ${bits} bits, which changes the place of ${share} % of the ten nearest words (tried with ${amount(tried, "word")}).`);
}

/** What the words of the list are near to. */
function heading(app: App): string {
  const { plus, minus } = app.state;
  const near = plus.length === 2 && !minus.length ? "Between these words, nearest to both" : plus.length + minus.length > 1 ? "Nearest to the sum of these words" : "Nearest words";
  return app.both ? `${near}, in ${app.data.meta.models[0].name}` : near;
}

function asked(app: App): Node[] {
  const { plus, minus } = app.state;
  const known = app.known([...plus, ...minus]);
  const found = hits(app);
  const single = known.length === 1 && plus.length === 1 && known[0] < app.size ? known[0] : null;
  if (app.server && !found.length) return [chips(app), ...waiting(app.server.neighbours(plus, minus, SHOWN))];
  return [
    chips(app),
    ...[app.server ? null : unknown(app, [...plus, ...minus])].filter((one) => one !== null),
    ...(single === null ? [] : [about(app, single)]),
    ...(found.length
      ? [
          section(heading(app), hitTable(app, found, { caption: "Nearest words by cosine", signs: true })),
          h("div", { class: "actions" }, csvButton(app, () => hits(app), "neighbours"), button("On axes", () => app.go({ view: "axes", of: "near" }))),
          precision(app),
        ]
      : known.length
        ? [quiet("The first model does not have this word.")]
        : []),
  ];
}

function selected(app: App): Node[] {
  const { selection } = app;
  const here = selection.filter((word) => app.vectors[0].has(word));
  const direction = app.vectors[0].direction(here);
  const near = app.vectors[0].best(app.vectors[0].cosines(direction), 10, selection);
  const central = app.vectors[0].cosines(direction);
  const middle = [...here].sort((a, b) => central[b] - central[a]).slice(0, 3);
  return [
    section(
      `${amount(selection.length, "word")} selected`,
      h(
        "div",
        { class: "actions" },
        csvButton(app, () => selection, "selection"),
        button("On axes", () => app.go({ view: "axes", of: "selected" })),
        button("Clear", () => app.select([])),
      ),
      middle.length ? h("p", {}, "In the middle: ", ...middle.flatMap((word, i) => [i ? ", " : "", wordButton(app, word)])) : null,
      wordList(app, selection),
    ),
    section("Nearest to their mean", hitTable(app, near, { caption: "Other words nearest to the mean of the selected ones" })),
  ];
}

function overview(app: App): Node[] {
  const clusters = app.centres.map(({ size }, i) => ({ size, i })).sort((a, b) => b.size - a.size);
  return [
    h("p", {}, "Search for a word, choose a dot on the map, or start from a cluster. ", h("kbd", {}, "/"), " searches from anywhere."),
    section(
      "Clusters",
      h(
        "ul",
        { class: "clusters" },
        ...clusters.map(({ size, i }) =>
          h(
            "li",
            {},
            h("button", { type: "button", class: "entry", click: () => openCluster(app, i) }, app.colouring.chosen === "cluster" && h("i", { class: `swatch swatch${app.clusterColour[i]}` }), h("bdi", {}, app.clusterName(i)), h("span", { class: "count" }, number(size))),
          ),
        ),
      ),
    ),
    quiet(app.data.meta.layout.note),
  ];
}

function openCluster(app: App, cluster: number): void {
  const members = app.members(cluster);
  app.select(members);
  app.show(members.slice(0, 300));
}

export const words: Page = {
  title: "Words",
  panel: (app) => (app.state.plus.length + app.state.minus.length ? asked(app) : app.selection.length ? selected(app) : overview(app)),
  picture: (app) => {
    const query = app.known([...app.state.plus, ...app.state.minus]);
    if (!query.length) return {};
    return { asked: query, found: hits(app).slice(0, MARKED).map((hit) => hit.word) };
  },
};
