// Two axes of one's own, each between two poles: a word's place is its cosine with their difference.

import type { App, Page } from "../app";
import { bdi, button, cell, h, save } from "../dom";
import type { Scene } from "../stage";
import { amount } from "../text";
import { hitTable, quiet, section, unknown } from "./parts";

const MOST = 400;
const LABELS = ["left", "right", "bottom", "top"] as const;

function listed(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean);
}

type Axis = Float64Array | null; // of each word of the page

function axis(app: App, low: string, high: string): Axis {
  const [first, second] = [low, high].map((text) => app.known(listed(text)).filter((word) => app.vectors[0].has(word)));
  if (!first.length || !second.length) return null;
  const model = app.vectors[0];
  const [from, to] = [model.direction(first), model.direction(second)];
  const difference = to.map((value, j) => value - from[j]);
  const length = Math.hypot(...difference);
  return length ? model.cosines(difference.map((value) => value / length)) : null;
}

function chosen(app: App): number[] {
  const { of } = app.state;
  const here = (words: number[]) => words.filter((word) => app.vectors[0].has(word)).slice(0, MOST);
  if (of === "list") return here(app.known(listed(app.state.list)));
  if (of === "selected") return here(app.selection);
  if (of === "near") {
    const asked = app.known(app.state.plus);
    return asked.length ? here([...asked, ...app.vectors[0].neighbours(asked, app.known(app.state.minus), 100).map((hit) => hit.word)]) : [];
  }
  const cluster = /^cluster:(\d+)$/.exec(of)?.[1];
  if (cluster !== undefined && app.centres[Number(cluster)]) return here(app.members(Number(cluster)));
  return here(Array.from(app.byCount)).slice(0, 300);
}

function field(app: App, i: number): HTMLElement {
  const input = h("input", {
    type: "text",
    dir: "auto",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "data-key": LABELS[i],
    "aria-label": `${LABELS[i][0].toUpperCase()}${LABELS[i].slice(1)} pole`,
    placeholder: LABELS[i],
    // Afterwards: the next field has not got the focus yet, and would be replaced before it does.
    change: () =>
      setTimeout(() => {
        const poles = [...app.state.poles] as typeof app.state.poles;
        poles[i] = input.value;
        app.go({ poles }, true);
      }),
  });
  input.value = app.state.poles[i];
  return input;
}

function presets(app: App): HTMLElement | null {
  const pairs = app.data.meta.poles;
  if (!pairs.length) return null;
  const use = (i: number) => {
    const [x, y] = [pairs[i], pairs[(i + 1) % pairs.length]];
    app.go({ poles: pairs.length > 1 ? [...x, ...y] : [...x, "", ""] }, true);
  };
  return h("div", { class: "actions" }, ...pairs.map((pair, i) => button(pairs.length > 1 ? `${pair.join("\u2013")}, ${pairs[(i + 1) % pairs.length].join("\u2013")}` : pair.join("\u2013"), () => use(i))));
}

function chooser(app: App): HTMLElement {
  const of = h("select", { "data-key": "of", "aria-label": "Which words", change: () => app.go({ of: of.value }) });
  const clusters = app.centres.map((_, i) => ({ i, name: app.clusterName(i) }));
  of.append(
    h("option", { value: "frequent" }, "the most frequent words"),
    h("option", { value: "near", disabled: !app.state.plus.length }, app.state.plus.length ? `neighbours of ${app.state.plus.join(" + ").slice(0, 40)}` : "neighbours (search for a word)"),
    h("option", { value: "selected", disabled: !app.selection.length }, app.selection.length ? `the ${amount(app.selection.length, "selected word")}` : "selected words (draw a lasso)"),
    h("option", { value: "list" }, "a list of words"),
    ...clusters.map(({ i, name }) => h("option", { value: `cluster:${i}` }, `cluster: ${name}`)),
  );
  of.value = app.state.of;
  return of;
}

function listField(app: App): HTMLElement {
  const area = h("textarea", {
    rows: 4,
    dir: "auto",
    "data-key": "list",
    "aria-label": "Words to show",
    placeholder: "nurse, doctor, engineer \u2026",
    change: () => setTimeout(() => app.go({ list: area.value })),
  });
  area.value = app.state.list;
  return area;
}

function ends(app: App, values: Float64Array, names: [string, string]): Node[] {
  const order = chosen(app).sort((a, b) => values[b] - values[a]);
  const table = (words: number[], name: string) =>
    h("div", {}, hitTable(app, words.map((word) => ({ word, score: values[word] })), { caption: `Furthest towards ${name}` }));
  const half = Math.min(8, Math.floor(order.length / 2));
  if (!half) return [];
  return [
    section("", h("h3", {}, "Towards ", bdi(names[1])), table(order.slice(0, half), names[1])),
    section("", h("h3", {}, "Towards ", bdi(names[0])), table(order.slice(-half).reverse(), names[0])),
  ];
}

/** What an axis still lacks. */
function missing(app: App): HTMLElement | null {
  const { poles } = app.state;
  const has = (text: string) => app.known(listed(text)).some((word) => app.vectors[0].has(word));
  const half = [0, 2].filter((i) => has(poles[i]) !== has(poles[i + 1]) && (poles[i] || poles[i + 1]));
  if (!half.length) return null;
  const names = half.map((i) => LABELS[has(poles[i]) ? i + 1 : i]);
  return h("p", { class: "notice" }, `An axis needs two poles: the ${names.join(" and the ")} one ${names.length > 1 ? "are" : "is"} missing.`);
}

export const axes: Page = {
  title: "Axes",
  panel: (app) => {
    const { poles } = app.state;
    const x = axis(app, poles[0], poles[1]);
    const y = axis(app, poles[2], poles[3]);
    const csv = button("Save CSV", () => {
      const rows = chosen(app).map((word) => [cell(app.data.words[word]), x?.[word].toFixed(6) ?? "", y?.[word].toFixed(6) ?? ""].join(","));
      save("axes.csv", [["word", `${poles[0]} to ${poles[1]}`, `${poles[2]} to ${poles[3]}`].map(cell).join(","), ...rows].join("\r\n") + "\r\n");
    });
    return [
      h("fieldset", { class: "poles" }, h("legend", {}, "Across"), field(app, 0), h("span", { "aria-hidden": "true" }, "\u2192"), field(app, 1)),
      h("fieldset", { class: "poles" }, h("legend", {}, "Upwards"), field(app, 2), h("span", { "aria-hidden": "true" }, "\u2192"), field(app, 3)),
      ...[presets(app)].filter((one) => one !== null),
      h("div", { class: "choice" }, h("span", {}, "Show"), chooser(app)),
      ...(app.state.of === "list" ? [listField(app)] : []),
      ...[unknown(app, [...poles.flatMap(listed), ...(app.state.of === "list" ? listed(app.state.list) : [])])].filter((one) => one !== null),
      ...[missing(app)].filter((one) => one !== null),
      ...(x || y ? [h("div", { class: "actions" }, csv)] : []),
      quiet("A pole is a word or several, such as he, man. A word\u2019s place is the cosine of its vector with the difference of the poles."),
      ...(x ? ends(app, x, [poles[0], poles[1]]) : y ? ends(app, y, [poles[2], poles[3]]) : []),
    ];
  },
  picture: (app) => {
    const { poles } = app.state;
    const x = axis(app, poles[0], poles[1]);
    const y = axis(app, poles[2], poles[3]);
    if (!x && !y) return {}; // the map, until there is an axis
    const words = chosen(app);
    return scene(app, Uint32Array.from(words), x, y, poles);
  },
};

function scene(app: App, order: Uint32Array, xs: Axis, ys: Axis, poles: string[]): Partial<Scene> {
  const V = app.size;
  const size = (values: Axis) => Math.max(1e-6, ...Array.from(order, (word) => Math.abs(values?.[word] ?? 0)));
  const [wide, high] = [size(xs), size(ys)];
  const [x, y] = [new Float32Array(V), new Float32Array(V)];
  const { width, height } = app.stage.view;
  const stretch = Math.max(1, (0.9 * width) / height); // use a wide picture's width
  order.forEach((word, i) => {
    x[word] = xs ? (stretch * xs[word]) / wide : stretch * (i / order.length - 0.5); // without an axis: side by side
    y[word] = ys ? ys[word] / high : 0.9 * (((i * 0.618) % 1) - 0.5) * (xs ? 1 : 0);
  });
  const named = xs || ys ? (poles.map((pole, i) => ((i < 2 ? xs : ys) ? pole.trim() : "")) as Scene["axes"]) : null;
  return { x, y, order, labels: order, axes: named };
}
