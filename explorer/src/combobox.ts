// A field for a word: completion by prefix and by likeness, arrows, Enter, Escape (the combobox pattern of WAI-ARIA).

import type { App } from "./app";
import { announce, bdi, h } from "./dom";
import { amount, number } from "./text";

const SHOWN = 10;
let count = 0;

export interface Combobox {
  element: HTMLElement;
  input: HTMLInputElement;
}

interface Options {
  label: string;
  placeholder?: string;
  value?: string;
  keep?: boolean; // leave the word in the field
  pick: (word: number) => void;
  empty?: () => void; // the field was emptied
  other?: (text: string) => void; // Enter on a word that the page does not have
}

export function combobox(app: App, options: Options): Combobox {
  const id = `box${count++}`;
  let found: number[] = [];
  let at = -1;
  let settled = options.value ?? "";

  const input = h("input", {
    id,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    dir: "auto",
    "aria-label": options.label,
    "data-key": options.label,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    placeholder: options.placeholder ?? "",
    input: () => open(),
    keydown: (event: KeyboardEvent) => key(event),
    blur: () => leave(),
    focus: () => input.select(),
  });
  input.value = settled;
  const list = h("ul", { id: `${id}-list`, role: "listbox", class: "options", "aria-label": options.label, hidden: true });
  const element = h("div", { class: "combobox" }, input, list);

  function close(): void {
    found = [];
    at = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function open(): void {
    const { words, alike } = app.lookup.complete(input.value, SHOWN);
    found = [...words, ...alike];
    // Where a server knows more words, Enter is for what was typed, which may be one of them.
    at = words.length && !options.other ? 0 : -1;
    list.replaceChildren(
      ...found.map((word, i) => {
        const counts = app.data.models[0].counts[word];
        const like = i === words.length ? h("li", { role: "presentation", class: "hint" }, words.length ? "Similar spelling" : "Not here; similar spelling") : null;
        const option = h(
          "li",
          {
            role: "option",
            id: `${id}-${i}`,
            // Not click: the field would lose the focus first.
            pointerdown: (event: PointerEvent) => {
              event.preventDefault();
              pick(i);
            },
          },
          bdi(app.data.words[word]),
          counts > 0 && app.data.meta.models[0].counted ? h("span", { class: "count" }, number(counts)) : null,
        );
        return like ? [like, option] : [option];
      }).flat(),
    );
    const elsewhere = input.value.trim() && app.lookup.typed(input.value) === undefined;
    if (elsewhere && options.other) list.append(h("li", { role: "presentation", class: "hint" }, "Enter asks the server for it"));
    else if (elsewhere && !found.length) list.append(h("li", { role: "presentation", class: "hint" }, "No such word on this page"));
    list.hidden = !list.childElementCount;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark();
    if (input.value.trim()) announce(found.length ? amount(found.length, "word") : "no such word on this page");
  }

  function mark(): void {
    list.querySelectorAll('[role="option"]').forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === at));
      if (i === at) option.scrollIntoView({ block: "nearest" });
    });
    if (at >= 0) input.setAttribute("aria-activedescendant", `${id}-${at}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function pick(i: number): void {
    const word = found[i];
    settled = options.keep ? app.data.words[word] : "";
    input.value = settled;
    close();
    options.pick(word);
  }

  function leave(): void {
    close();
    if (!options.keep || input.value === settled) return;
    const word = app.lookup.typed(input.value);
    if (word !== undefined) {
      settled = app.data.words[word];
      setTimeout(() => options.pick(word)); // not before the next field has the focus, which would be replaced
    } else if (!input.value.trim()) {
      settled = "";
      setTimeout(() => options.empty?.());
    }
    input.value = settled;
  }

  function key(event: KeyboardEvent): void {
    if (event.isComposing) return; // Enter ends the syllable, not the search
    // Whoever searches again by / is here already.
    if (event.key === "/" && !input.value && !app.lookup.complete("/", 1).words.length) event.preventDefault();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      at = found.length ? (at + step + found.length) % found.length : -1;
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden && at >= 0) return pick(at);
      const word = app.lookup.typed(input.value);
      if (word === undefined && options.other && input.value.trim()) {
        options.other(input.value.trim());
        input.value = "";
        return close();
      }
      if (word === undefined) return announce("no such word on this page");
      found = [word];
      pick(0);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (!list.hidden) close();
      else if (input.value) input.value = "";
      else {
        options.empty?.();
        input.blur();
      }
    }
  }

  return { element, input };
}
