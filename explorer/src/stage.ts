// The picture: dots, labels, what is marked. It draws a scene, and reports clicks and lassos; it knows no views.

import { type Theme, theme } from "./colours";
import { h } from "./dom";
import type { Box } from "./labels";
import { Pen } from "./pen";
import { pixel, Raster } from "./raster";
import { connect, View } from "./view";

export interface Arrow {
  from: [number, number];
  to: [number, number];
  text?: string;
}

export interface Scene {
  x: Float32Array;
  y: Float32Array;
  order: Uint32Array; // what is drawn, the last on top
  over: Uint32Array | null; // what is drawn once more, larger: the few that have a colour
  labels: Uint32Array; // what may have a label, the most important first
  colours: Uint32Array; // a pixel of each word
  asked: number[]; // marked in the accent colour
  found: number[]; // marked, always with a label
  arrows: Arrow[];
  titles: { x: number; y: number; text: string }[]; // of clusters
  axes: [left: string, right: string, bottom: string, top: string] | null; // poles; "" of an axis that is not drawn
}

const MOST_RATIO = 2; // more pixels of a telephone would take time, and no eye sees them
const REACH = 12; // of a click, in pixels
const byPlace = (a: number, b: number) => a - b; // the more frequent words first

export class Stage {
  readonly element: HTMLElement;
  readonly view: View;
  scene: Scene | null = null;
  lassoing = false;
  colours: Theme = theme();
  /** Where other things stand on the picture, so that no label is under them. */
  reserved: () => Box[] = () => [];
  /** For measurements, in milliseconds: how long the last frame took, and when, after the page was asked for, the first one was there. */
  frame = 0;
  opened = 0;
  private readonly dots = h("canvas", { "aria-hidden": "true" });
  private readonly ink = h("canvas", { "aria-hidden": "true" });
  private readonly raster = new Raster(this.dots);
  private readonly pen: Pen;
  private sx = new Float32Array(0);
  private sy = new Float32Array(0);
  private path: [number, number][] = [];
  private hovered = -1;
  private waiting = false;

  constructor(
    words: string[],
    act: { pick: (word: number) => void; lasso: (words: number[]) => void; settled: () => void },
  ) {
    this.element = h("div", { class: "canvas", tabindex: "0", role: "application", "aria-label": "Map", "aria-describedby": "keys" }, this.dots, this.ink);
    this.view = new View((settled) => {
      this.redraw();
      if (settled) act.settled();
    });
    this.pen = new Pen(this.ink, words, this.view);
    connect(this.element, this.view, {
      click: (x, y) => {
        const word = this.nearest(x, y);
        if (word >= 0) act.pick(word);
      },
      hover: (x, y) => {
        const word = x === null ? -1 : this.nearest(x, y);
        if (word === this.hovered) return;
        this.hovered = word;
        this.element.classList.toggle("over", word >= 0);
        this.redraw();
      },
      lasso: (path, done) => {
        this.path = done ? [] : path;
        if (done) act.lasso(this.inside(path));
        this.redraw();
      },
      lassoing: () => this.lassoing,
    });
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  show(scene: Scene): void {
    this.scene = scene;
    this.hovered = -1;
    this.redraw();
  }

  /** Colours have changed: light and dark. */
  repaint(): void {
    this.colours = theme();
  }

  redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      const start = performance.now();
      this.draw();
      this.frame = performance.now() - start;
      this.opened ||= performance.now();
    });
  }

  /** The words of the picture that can be seen. */
  visible(): number[] {
    const { scene, view } = this;
    if (!scene) return [];
    return Array.from(scene.order).sort(byPlace).filter((i) => {
      const [x, y] = [view.toX(scene.x[i]), view.toY(scene.y[i])];
      return x >= 0 && y >= 0 && x <= view.width && y <= view.height;
    });
  }

  private resize(): void {
    const { width, height } = this.element.getBoundingClientRect();
    if (!width || !height) return;
    this.view.width = width;
    this.view.height = height;
    const ratio = this.ratio();
    this.raster.resize(Math.round(width * ratio), Math.round(height * ratio));
    this.ink.width = Math.round(width * ratio);
    this.ink.height = Math.round(height * ratio);
    this.draw();
  }

  private ratio(): number {
    return Math.min(window.devicePixelRatio || 1, MOST_RATIO);
  }

  private nearest(x: number, y: number): number {
    const { scene, view } = this;
    let [best, least] = [-1, REACH * REACH];
    if (!scene) return best;
    const reach = REACH / view.scale;
    const [px, py] = [view.fromX(x), view.fromY(y)];
    const close = (i: number, favour: number) => {
      const [dx, dy] = [scene.x[i] - px, scene.y[i] - py];
      if (Math.abs(dx) > reach || Math.abs(dy) > reach) return;
      const away = (dx * dx + dy * dy) * view.scale * view.scale * favour;
      if (away < least) [best, least] = [i, away];
    };
    for (const i of scene.order) close(i, 1);
    for (const i of [...scene.asked, ...scene.found]) close(i, 0.2);
    return best;
  }

  private inside(path: [number, number][]): number[] {
    const { scene, view } = this;
    if (!scene) return [];
    const corners = path.map(([x, y]) => [view.fromX(x), view.fromY(y)]);
    return Array.from(scene.order).sort(byPlace).filter((i) => {
      let odd = false;
      for (let a = 0, b = corners.length - 1; a < corners.length; b = a++) {
        const [[ax, ay], [bx, by]] = [corners[a], corners[b]];
        if (ay > scene.y[i] !== by > scene.y[i] && scene.x[i] < ((bx - ax) * (scene.y[i] - ay)) / (by - ay) + ax) odd = !odd;
      }
      return odd;
    });
  }

  private draw(): void {
    const { scene, view, colours } = this;
    if (!scene || this.ink.width === 0) return;
    const ratio = this.ratio();
    if (this.sx.length !== scene.x.length) [this.sx, this.sy] = [new Float32Array(scene.x.length), new Float32Array(scene.x.length)];
    const [scale, ox, oy] = [view.scale * ratio, view.toX(0) * ratio, view.toY(0) * ratio];
    for (const i of scene.order) {
      this.sx[i] = scene.x[i] * scale + ox;
      this.sy[i] = oy - scene.y[i] * scale;
    }
    const room = Math.sqrt((view.width * view.height) / Math.max(scene.order.length, 1));
    const radius = Math.min(Math.max(room * 0.16, 1.1), 3) * Math.min(view.place.zoom ** 0.35, 2.4);
    const marked = scene.asked.length + scene.found.length > 0;
    const size = Math.round(Math.min(radius, 6) * ratio * 4) / 4;
    const alpha = marked ? 0.3 : 0.75;
    this.raster.clear(pixel(colours.ground));
    this.raster.draw(this.sx, this.sy, scene.order, scene.colours, size, alpha);
    if (scene.over) this.raster.draw(this.sx, this.sy, scene.over, scene.colours, size * 1.75, Math.min(1, alpha + 0.2));
    this.raster.show();
    this.pen.draw(scene, { ratio, radius: Math.min(radius, 6), hovered: this.hovered, reserved: this.reserved(), path: this.path }, colours);
  }
}
