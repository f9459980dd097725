// a is to b as c is to ...?  By the sum of cosines and by their product, and as a parallelogram on the map.

import type { App, Page } from "../app";
import { combobox } from "../combobox";
import { button, h } from "../dom";
import type { Answer as Asked } from "../server";
import type { Hit } from "../vectors";
import { hitTable, quiet, section, unknown, waiting, wordButton } from "./parts";

const SHOWN = 5;
const NAMES = ["a", "b", "c"] as const;

interface Answer {
  asked: [number, number, number];
  sum: Hit[];
  product: Hit[];
  from?: Asked; // the server
}

function answer(app: App): Answer | null {
  const { server, state } = app;
  if (server && state.analogy.every(Boolean)) {
    const [sum, product] = (["3cosadd", "3cosmul"] as const).map((method) => server.analogy(state.analogy, method, SHOWN));
    return { asked: state.analogy.map((word) => app.place(word)) as Answer["asked"], sum: sum.hits, product: product.hits, from: sum };
  }
  const places = app.known(app.state.analogy);
  if (places.length < 3 || !places.every((word) => app.vectors[0].has(word))) return null;
  const [a, b, c] = places;
  return { asked: [a, b, c], sum: app.vectors[0].neighbours([b, c], [a], SHOWN), product: app.vectors[0].multiplied([b, c], [a], SHOWN) };
}

function ask(app: App, three: [string, string, string]): void {
  app.go({ analogy: three }, true);
  const found = answer(app);
  if (found) app.show([...found.asked, ...found.sum.slice(0, 1).map((hit) => hit.word)].filter((word) => word < app.size));
}

function box(app: App, i: number): HTMLElement {
  const put = (text: string) => {
    const now = [...app.state.analogy] as [string, string, string];
    now[i] = text;
    ask(app, now);
  };
  const made = combobox(app, { label: `Word ${NAMES[i]}`, value: app.state.analogy[i], keep: true, pick: (word) => put(app.data.words[word]), empty: () => put(""), other: app.server ? put : undefined });
  made.input.dataset.key = NAMES[i];
  return made.element;
}

function examples(app: App): HTMLElement | null {
  const listed = [
    ["man", "king", "woman"],
    ["france", "paris", "germany"],
    ["big", "bigger", "small"],
  ].filter((three) => app.known(three).length === 3);
  if (!listed.length) return null;
  return h("div", { class: "actions" }, ...listed.map((three) => button(`${three[0]} : ${three[1]} = ${three[2]} : ?`, () => ask(app, three as [string, string, string]))));
}

export const analogy: Page = {
  title: "Analogies",
  panel: (app) => {
    const found = answer(app);
    return [
      h(
        "div",
        { class: "sentence" },
        h("span", {}),
        box(app, 0),
        h("span", {}, "is to"),
        box(app, 1),
        h("span", {}, "as"),
        box(app, 2),
        h("span", {}, "is to"),
        found?.sum.length ? h("div", { class: "answer" }, wordButton(app, found.sum[0].word)) : h("span", {}, "\u2026"),
      ),
      ...[app.server ? null : unknown(app, app.state.analogy)].filter((one) => one !== null),
      ...(found?.from && !found.sum.length ? waiting(found.from) : []),
      ...(found?.sum.length
        ? [
            section("By the sum of cosines", hitTable(app, found.sum, { caption: "Answers of 3CosAdd" })),
            section("By their product", hitTable(app, found.product, { caption: "Answers of 3CosMul", product: true })),
            quiet("3CosAdd and 3CosMul of Levy & Goldberg (2014). The three words themselves are never answers."),
          ]
        : found
          ? []
          : [quiet("Three words give an answer."), ...[examples(app)].filter((one) => one !== null)]),
    ];
  },
  picture: (app) => {
    const found = answer(app);
    if (!found || !found.sum.length) return { asked: app.known(app.state.analogy) };
    const at = (word: number): [number, number] => [app.data.x[word], app.data.y[word]];
    const [a, b, c] = found.asked;
    const d = found.sum[0].word;
    if (Math.max(a, b, c, d) >= app.size) return { asked: [a, b, c, d] };
    return {
      asked: [a, b, c, d],
      found: found.sum.slice(1).map((hit) => hit.word),
      arrows: [
        { from: at(a), to: at(b) },
        { from: at(c), to: at(d) },
        { from: at(a), to: at(c) },
        { from: at(b), to: at(d) },
      ],
    };
  },
};
