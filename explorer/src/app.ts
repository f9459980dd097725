// What all views share: the data, the state, the map, and how one leads to the other.

import { combobox, type Combobox } from "./combobox";
import { clusterColours } from "./colours";
import { Colouring } from "./colouring";
import type { Data } from "./data";
import { announce, button, h } from "./dom";
import { Lookup } from "./lookup";
import { Server } from "./server";
import { type Scene, Stage } from "./stage";
import { format, parse, type State, type View, WHOLE } from "./state";
import { amount } from "./text";
import { toolbar } from "./toolbar";
import { Vectors } from "./vectors";
import { analogy } from "./views/analogy";
import { axes } from "./views/axes";
import { geometry } from "./views/geometry";
import { origin } from "./views/origin";
import { two } from "./views/two";
import { words } from "./views/words";

/** A view: what the panel shows, and what the picture shows: a scene, or elements. */
export interface Page {
  title: string;
  panel: (app: App) => Node[];
  picture: (app: App) => Partial<Scene> | HTMLElement;
}

const AROUND = 150; // words that a picture shows at least, when it goes to some
const NEAR = 12; // neighbours whose nearer half the map shows with a word

const PAGES: Record<View, Page> = { words, analogy, axes, two, geometry, about: origin };

export class App {
  state: State;
  readonly lookup: Lookup;
  readonly vectors: Vectors[];
  readonly byCount: Uint32Array; // most frequent first
  readonly drawn: Uint32Array; // the same, last first
  readonly stage: Stage;
  readonly colouring: Colouring;
  readonly centres: { x: number; y: number; size: number }[];
  readonly clusterColour: number[];
  readonly size: number; // words of the page; further ones come from the server
  readonly server: Server | null;
  selection: number[] = [];
  private timer = 0;
  private readonly main: Combobox;
  private readonly tabs = new Map<View, HTMLButtonElement>();
  private readonly panel = document.getElementById("panel") as HTMLElement;
  private readonly holder = document.getElementById("stage") as HTMLElement;
  private readonly tools: { element: HTMLElement; update: () => void };
  private readonly chart = h("div", { class: "chart", tabindex: "0", role: "group", "aria-label": "Charts", hidden: true });

  constructor(readonly data: Data) {
    this.state = parse(location.hash);
    const V = data.words.length;
    this.size = V;
    this.server = Server.of(this);
    // Written so: by share in the text, the most frequent first.
    this.byCount = Uint32Array.from({ length: V }, (_, i) => i);
    this.drawn = this.byCount.slice().reverse();
    this.lookup = new Lookup(data.words, this.byCount);
    this.vectors = data.models.map((arrays, m) => new Vectors(arrays, data.meta.models[m].dim));
    this.centres = this.findCentres();
    this.clusterColour = clusterColours(this.centres);
    this.stage = new Stage(data.words, {
      pick: (word) => this.ask(word, true),
      lasso: (found) => this.select(found),
      settled: () => this.rememberSoon(),
    });
    this.colouring = new Colouring(this);
    this.main = combobox(this, { label: "Search for a word", placeholder: "Search", pick: (word) => this.ask(word), empty: () => this.clear(), other: this.server ? (text) => this.ask(this.place(text)) : undefined });
    this.tools = toolbar(this);
    this.build();
    this.stage.view.place = this.state.map;
    addEventListener("popstate", () => this.restore());
    addEventListener("hashchange", () => this.restore());
    document.addEventListener("keydown", (event) => this.key(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.stage.repaint();
      this.render();
    });
    this.render(true);
  }

  /** Whether the page holds two models. */
  get both(): boolean {
    return this.data.models.length === 2;
  }

  /** The places of words that this page has; others are left out. */
  known(listed: string[]): number[] {
    return listed.map((word) => this.lookup.exact(word)).filter((word): word is number => word !== undefined);
  }

  /** The place of a word, also of one that only the server has. */
  place(word: string): number {
    const known = this.lookup.exact(word);
    if (known !== undefined) return known;
    this.lookup.add(word, this.data.words.length);
    return this.data.words.push(word) - 1;
  }

  /** Ask for one word: its neighbours, in the view that shows them; unless it was chosen there, the map goes to it. */
  ask(word: number, onMap = false): void {
    const view = this.state.view === "two" ? "two" : "words";
    this.selection = [];
    this.go({ view, plus: [this.data.words[word]], minus: [] }, true);
    if (!onMap && word < this.size) this.showOnMap(word);
  }

  clear(): void {
    this.selection = [];
    this.go({ plus: [], minus: [] }, true);
  }

  select(found: number[]): void {
    this.stage.lassoing = false;
    this.selection = found;
    if (found.length) announce(`${amount(found.length, "word")} selected`);
    this.go(found.length ? { view: "words", plus: [], minus: [] } : {});
  }

  /** Change the state; `step`: one that the browser's back button undoes. */
  go(change: Partial<State>, step = false): void {
    const moved = change.view !== undefined && change.view !== this.state.view;
    this.state = { ...this.state, ...change };
    this.remember(step || moved);
    this.render(moved);
  }

  /** Write where the map is, once it stays there: browsers allow only so many changes of the address. */
  private rememberSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.remember(), 200);
  }

  /** Write the state into the address. */
  remember(step = false): void {
    clearTimeout(this.timer);
    if (this.onMap) this.state.map = this.stage.view.place;
    const hash = format(this.state);
    if (hash === location.hash) return;
    try {
      const address = hash || location.href.replace(/#.*/, "");
      if (step) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    } catch {
      // Inside of another page, an address cannot always be changed; all else works.
    }
  }

  /** Whether the picture is the map of all words. */
  get onMap(): boolean {
    return ["words", "analogy", "two"].includes(this.state.view);
  }

  /** Bring a word and those around it that are its neighbours into the picture. */
  private showOnMap(word: number): void {
    const { x, y } = this.data;
    const model = this.vectors.find((one) => one.has(word));
    if (!model) return;
    const away = (other: number) => Math.hypot(x[other] - x[word], y[other] - y[word]);
    const near = model.neighbours([word], [], NEAR).map((hit) => hit.word).sort((a, b) => away(a) - away(b));
    this.show([word, ...near.slice(0, NEAR / 2)]);
  }

  /** Move the map to where these words are. */
  show(found: number[]): void {
    const closest = Math.max(1, Math.sqrt(this.size / AROUND)); // words around them say where they are
    this.stage.view.fit(found.map((word) => [this.data.x[word], this.data.y[word]]), closest);
  }

  render(moved = false): void {
    const page = PAGES[this.state.view];
    this.tabs.forEach((tab, view) => {
      const chosen = view === this.state.view;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen && moved) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    this.panel.setAttribute("aria-labelledby", `tab-${this.state.view}`);
    const focused = this.panel.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    this.panel.replaceChildren(...page.panel(this));
    if (moved) this.panel.scrollTop = 0;
    // What had the focus is new, or gone: whoever uses keys goes on from there, or from the top of the panel.
    const key = focused?.dataset.key;
    if (focused) (this.panel.querySelector<HTMLElement>(`[data-key="${CSS.escape(key ?? "")}"]`) ?? this.panel).focus({ preventScroll: true });
    this.draw(page, moved);
    this.tools.update();
  }

  private draw(page: Page, moved: boolean): void {
    const picture = page.picture(this);
    const isChart = picture instanceof HTMLElement;
    this.chart.hidden = !isChart;
    this.stage.element.hidden = isChart;
    this.holder.classList.toggle("charting", isChart);
    if (isChart) return this.chart.replaceChildren(picture);
    const { data } = this;
    if (moved) this.stage.view.set(this.onMap ? this.state.map : WHOLE, false);
    this.stage.element.setAttribute("aria-label", this.onMap ? `Map of ${amount(this.size, "word")}` : "Words on two axes");
    const here = (words: number[] | undefined) => words?.filter((word) => word < this.size);
    this.stage.show({
      x: data.x,
      y: data.y,
      order: this.drawn,
      labels: this.byCount,
      over: this.onMap ? this.colouring.over() : null,
      colours: this.colouring.pixels(),
      arrows: [],
      titles: this.onMap ? this.titles() : [],
      axes: null,
      ...picture,
      asked: here(picture.asked) ?? [],
      found: here(picture.found) ?? (this.onMap ? this.selection.slice(0, 200) : []),
    });
  }

  private titles(): Scene["titles"] {
    return this.centres
      .map(({ x, y, size }, i) => ({ x, y, size, text: this.clusterName(i, 2) }))
      .sort((a, b) => b.size - a.size);
  }

  clusterName(cluster: number, most = 3): string {
    return this.data.meta.clusters[cluster].slice(0, most).join(", ");
  }

  members(cluster: number): number[] {
    return Array.from(this.byCount).filter((word) => this.data.cluster[word] === cluster);
  }

  /** Where the titles of clusters go: where most of each are. */
  private findCentres(): { x: number; y: number; size: number }[] {
    const { cluster, x, y, meta } = this.data;
    const found: number[][] = meta.clusters.map(() => []);
    cluster.forEach((c, word) => found[c]?.push(word));
    return found.map((members) => ({ ...densest(members.map((i) => [x[i], y[i]])), size: members.length }));
  }

  private restore(): void {
    clearTimeout(this.timer);
    const before = this.state;
    this.state = parse(location.hash);
    if (format(before) === format(this.state)) return;
    this.stage.view.place = this.state.map;
    this.render(before.view !== this.state.view);
  }

  private key(event: KeyboardEvent): void {
    const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.main.input.focus();
    } else if (event.key === "Escape" && !typing) {
      if (this.stage.lassoing) {
        this.stage.lassoing = false;
        this.tools.update();
      } else this.clear();
    }
  }

  private build(): void {
    const { meta } = this.data;
    document.getElementById("name")?.replaceChildren(
      h("bdi", {}, meta.models.map((model) => model.name).join(" and ")),
      h("span", { class: "quiet" }, this.server ? `${this.size.toLocaleString("en")} of ${amount(this.server.words, "word")}` : amount(this.size, "word")),
    );
    document.getElementById("search")?.replaceChildren(this.main.element, h("kbd", { "aria-hidden": "true" }, "/"));
    const bar = document.getElementById("tabs") as HTMLElement;
    for (const view of Object.keys(PAGES) as View[]) {
      if (view === "two" && !this.both) continue;
      const tab = button(PAGES[view].title, () => this.go({ view }), { role: "tab", id: `tab-${view}`, "aria-controls": "panel" });
      this.tabs.set(view, tab);
      bar.append(tab);
    }
    if (!this.tabs.has(this.state.view)) this.state.view = "words";
    bar.addEventListener("keydown", (event) => this.tabKey(event));
    const keys = h("p", { class: "hidden", id: "keys" }, "Arrow keys move the picture, plus and minus zoom, 0 shows all of it.");
    this.holder.replaceChildren(this.stage.element, this.chart, this.tools.element, keys);
  }

  private tabKey(event: KeyboardEvent): void {
    const listed = [...this.tabs.keys()];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const view = listed[(listed.indexOf(this.state.view) + step + listed.length) % listed.length];
    this.go({ view });
    this.tabs.get(view)?.focus();
  }
}

const GRID = 24;

/** The middle of the points around the cell of a grid that has most of them. */
function densest(points: [number, number][]): { x: number; y: number } {
  const cell = (value: number) => Math.min(GRID - 1, Math.max(0, Math.floor(((value + 1) / 2) * GRID)));
  const counts = new Float64Array(GRID * GRID);
  const around = (cx: number, cy: number, visit: (place: number) => void) => {
    for (let y = Math.max(0, cy - 1); y <= Math.min(GRID - 1, cy + 1); y++) for (let x = Math.max(0, cx - 1); x <= Math.min(GRID - 1, cx + 1); x++) visit(y * GRID + x);
  };
  for (const [x, y] of points) around(cell(x), cell(y), (place) => counts[place]++);
  const best = counts.indexOf(Math.max(...counts));
  const [bx, by] = [best % GRID, Math.floor(best / GRID)];
  const near = points.filter(([x, y]) => Math.abs(cell(x) - bx) <= 1 && Math.abs(cell(y) - by) <= 1);
  const mean = (axis: 0 | 1) => near.reduce((sum, point) => sum + point[axis], 0) / (near.length || 1);
  return { x: mean(0), y: mean(1) };
}
