// How the vectors lie on the sphere: measures, hubs, and the plane of alignment and uniformity.

import type { App, Page } from "../app";
import { chart, type Line } from "../chart";
import { bdi, h, option } from "../dom";
import { number, short } from "../text";
import { quiet, section, wordButton } from "./parts";

const HUBS = 15;

function measures(app: App): HTMLElement {
  const { models } = app.data.meta;
  const names = [...new Set(models.flatMap((model) => model.measures.map((one) => one.name)))];
  const interval = (low: number | null, high: number | null) => (low === null || high === null ? null : h("span", { class: "interval" }, `${short(low)} to ${short(high)}`));
  return h(
    "table",
    { class: "measures" },
    h("caption", {}, "Measures of the vectors"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Measure"), ...models.map((model) => h("th", { scope: "col", class: "figure" }, bdi(model.name))))),
    h(
      "tbody",
      {},
      ...names.map((name) => {
        const found = models.map((model) => model.measures.find((one) => one.name === name));
        const meaning = found.find((one) => one)?.meaning ?? "";
        return h(
          "tr",
          {},
          h("th", { scope: "row" }, name, h("span", { class: "quiet" }, meaning)),
          ...found.map((one) => h("td", { class: "figure" }, one ? short(one.value) : "\u2013", one ? interval(one.low, one.high) : null)),
        );
      }),
    ),
  );
}

function hubs(app: App): HTMLElement {
  const counts = app.data.hubs;
  const listed = Array.from(app.byCount).sort((a, b) => counts[b] - counts[a]).slice(0, HUBS);
  const model = app.vectors[0];
  // Why: a hub lies near the middle of all vectors, where it is close to many.
  const middle = model.cosines(model.direction(app.byCount));
  const mean = middle.reduce((sum, value) => sum + value, 0) / middle.length;
  return section(
    "Hubs",
    quiet(`A hub is among the ten nearest neighbours of very many words. It lies near the middle of all vectors: its cosine with their mean is higher than usual (the average word of this page has ${short(mean)}).`),
    h(
      "table",
      { class: "hits" },
      h("caption", {}, "Words that are neighbours of most others"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Word"), h("th", { scope: "col", class: "figure" }, "Neighbour of"), h("th", { scope: "col", class: "figure" }, "Cosine with mean"))),
      h(
        "tbody",
        {},
        ...listed.map((word) => h("tr", {}, h("td", {}, wordButton(app, word)), h("td", { class: "figure" }, `${number(counts[word])} of ${number(app.data.meta.among)}`), h("td", { class: "figure" }, number(middle[word], 2)))),
      ),
    ),
  );
}

function plane(app: App): HTMLElement {
  const { models, references, compared } = app.data.meta;
  const lines: Line[] = [];
  models.forEach((model, m) => {
    const path = model.trajectory.map((point) => [point.uniformity, point.alignment] as [number, number]);
    const last = model.trajectory.length - 1;
    if (path.length) lines.push({ points: path, label: model.name, kind: "path", colour: m, notes: model.trajectory.map((point, i) => (i === last ? `epoch ${number(point.epoch)}` : i === 0 ? "start" : "")) });
  });
  if (!lines.length && !compared.length) return h("div"); // references alone say nothing of these vectors
  const others = compared.filter((point) => !models.some((model) => model.name === point.name && model.trajectory.length));
  if (others.length) lines.push({ points: others.map((point) => [point.uniformity, point.alignment]), label: "measured by w2v geometry", kind: "points", colour: 2, notes: others.map((point) => point.name) });
  lines.push({ points: references.map((point) => [point.uniformity, point.alignment]), label: "vectors without information", kind: "points", colour: -1, notes: references.map((point) => point.name) });
  return chart("Alignment and uniformity: lower is better in both", "uniformity (nats)", "alignment: mean squared distance of positive pairs", lines);
}

function losses(app: App): HTMLElement {
  const lines = app.data.meta.models
    .map((model, m): Line => ({ points: model.trajectory.filter((p) => p.loss !== null).map((p) => [p.epoch, p.loss as number]), label: model.name, kind: "path", colour: m }))
    .filter((line) => line.points.length > 1);
  return lines.length ? chart("Loss during training", "epochs", "mean loss of the epoch so far (nats)", lines) : h("div");
}

/** Why a model has no place in the plane. */
function absent(app: App): Node[] {
  const { models, compared } = app.data.meta;
  const names = models.map((model) => model.name).filter((name, m) => !models[m].trajectory.length && !compared.some((point) => point.name === name));
  if (!names.length) return [];
  const which = names.length === models.length ? [names.length > 1 ? "No model" : "The model"] : [bdi(names[0])];
  return [
    h("p", { class: "quiet" }, ...which, names.length > 1 ? " is" : " is not", " in the plane of alignment and uniformity, as these need positive pairs: train with ", option("--geometry-every 0.25"), ", or give a report of ", option("w2v geometry --json"), " by ", option("--results"), "."),
  ];
}

export const geometry: Page = {
  title: "Geometry",
  panel: (app) => [
    section("Measures", measures(app), quiet("Of the words of this page, each counted once; those by w2v geometry are of the words and pairs of its text, as frequent as they are there.")),
    hubs(app),
  ],
  picture: (app) => {
    const { models } = app.data.meta;
    return h(
      "div",
      { class: "charts" },
      plane(app),
      ...absent(app),
      losses(app),
      ...models.filter((model) => model.trajectoryOf).map((model) => h("p", { class: "quiet" }, bdi(model.name), `: positive pairs are ${model.trajectoryOf}.`)),
    );
  },
};
