// Where the vectors come from: text, parameters, loss, scores, versions, and the command that makes them again.

import type { App, Page } from "../app";
import { chart, forest, type Line, type Row } from "../chart";
import { announce, bdi, button, h, option } from "../dom";
import { number } from "../text";
import { quiet, section } from "./parts";

function command(text: string): Node[] {
  if (!text) return [];
  const copy = button("Copy", () => {
    const done = () => announce("copied");
    navigator.clipboard?.writeText(text).then(done, () => getSelection()?.selectAllChildren(code));
  });
  // One piece per option with its value: lines break between them.
  const pieces = text.split(/ (?=-)/).map((piece) => h("span", { class: "option" }, piece));
  const code = h("code", {}, ...pieces.flatMap((piece, i) => (i ? [" ", piece] : [piece])));
  return [section("Make it again", h("pre", { tabindex: "0" }, code), h("div", { class: "actions" }, copy))];
}

function facts(app: App): Node[] {
  const { models } = app.data.meta;
  return models.flatMap((model) => [
    ...(models.length > 1 ? [h("h2", { class: "model" }, bdi(model.name))] : []),
    ...command(model.command),
    ...model.facts.map(([title, rows]) =>
      section(title, h("dl", { class: "rows" }, ...rows.map(({ label, value }) => h("div", {}, h("dt", {}, h("bdi", {}, label)), h("dd", {}, h("bdi", {}, value)))))),
    ),
    ...(model.facts.length ? [] : [quiet("The file does not say how these vectors were made.")]),
  ]);
}

function losses(app: App): HTMLElement {
  const lines = app.data.meta.models.map((model, m): Line => ({ points: model.losses, label: model.name, kind: "path", colour: m })).filter((line) => line.points.length);
  return lines.length ? chart("Loss of each epoch", "epoch", "mean loss (nats)", lines, true) : h("div");
}

function scores(app: App): HTMLElement {
  const { models } = app.data.meta;
  const tests = [...new Set(models.flatMap((model) => model.scores.map((score) => score.test)))];
  if (!tests.length) return h("p", { class: "quiet" }, "No scores: give a report of ", option("w2v evaluate --json"), " by ", option("--results"), ".");
  const rows = tests.map((test): Row => ({
    label: test,
    values: models.map((model) => model.scores.find((score) => score.test === test) ?? { value: Number.NaN, low: null, high: null }),
  }));
  const table = h(
    "table",
    { class: "measures" },
    h("caption", {}, "Scores"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Test set"), ...models.map((model) => h("th", { scope: "col", class: "figure" }, bdi(model.name))))),
    h(
      "tbody",
      {},
      ...tests.map((test) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, bdi(test), h("span", { class: "quiet" }, models.map((model) => model.scores.find((score) => score.test === test)?.of ?? "").find(Boolean) ?? "")),
          ...models.map((model) => {
            const score = model.scores.find((one) => one.test === test);
            const interval = score && score.low !== null && score.high !== null ? h("span", { class: "interval" }, `${number(score.low, 3)} to ${number(score.high, 3)}`) : null;
            return h("td", { class: "figure" }, score ? number(score.value, 3) : "\u2013", interval);
          }),
        ),
      ),
    ),
  );
  return h("div", {}, forest("Scores, with 95 % intervals", "accuracy or rank correlation", rows, models.map((model) => model.name)), table);
}

export const origin: Page = {
  title: "Origin",
  panel: (app) => [...facts(app), quiet(`Made by w2v explore ${app.data.meta.version}. ${app.data.meta.layout.note}`)],
  // What it is worth comes first, if it is known.
  picture: (app) => {
    const parts = [losses(app), scores(app)];
    return h("div", { class: "charts" }, ...(app.data.meta.models.some((model) => model.scores.length) ? parts.reverse() : parts));
  },
};
