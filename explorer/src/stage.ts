// The picture: dots, labels, what is marked. It draws a scene, and reports clicks and lassos; it knows no views.

import { type Theme, theme } from "./colours";
import { h } from "./dom";
import { type Box, Room } from "./labels";
import { pixel, Raster } from "./raster";
import { label } from "./text";
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
  labels: Uint32Array; // what may have a label, the most important first
  colours: Uint32Array; // a pixel of each word
  asked: number[]; // marked in the accent colour
  found: number[]; // marked, always with a label
  arrows: Arrow[];
  titles: { x: number; y: number; text: string }[]; // of clusters
  axes: [left: string, right: string, bottom: string, top: string] | null;
}

const MOST_RATIO = 2; // more pixels of a telephone would take time, and no eye sees them
const REACH = 12; // of a click, in pixels
const PIXELS_PER_LABEL = 9000;
const TRIES = 30; // words that are looked at for each label
const SIZES = { label: 13, title: 15 };
const TITLES_UNTIL = 3; // of zoom

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
  private readonly labels: string[] = [];
  private readonly widths = new Map<string, number>();
  private sx = new Float32Array(0);
  private sy = new Float32Array(0);
  private path: [number, number][] = [];
  private hovered = -1;
  private waiting = false;

  constructor(
    private readonly words: string[],
    act: { pick: (word: number) => void; lasso: (words: number[]) => void; settled: () => void },
  ) {
    this.element = h("div", { class: "canvas", tabindex: "0", role: "application", "aria-label": "Map", "aria-describedby": "keys" }, this.dots, this.ink);
    this.view = new View((settled) => {
      this.redraw();
      if (settled) act.settled();
    });
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
    this.widths.clear();
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
    return Array.from(scene.order).filter((i) => {
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
    return Array.from(scene.order).filter((i) => {
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
    this.raster.draw(this.sx, this.sy, scene.order, scene.colours, size, marked ? 0.3 : 0.75, pixel(colours.ground));
    const ink = this.ink.getContext("2d");
    if (!ink) return;
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    ink.clearRect(0, 0, view.width, view.height);
    ink.lineJoin = "round";
    this.drawAxes(ink, scene);
    this.drawArrows(ink, scene);
    this.drawWords(ink, scene, Math.min(radius, 6));
    this.drawPath(ink);
  }

  private at(scene: Scene, word: number): [number, number] {
    return [this.view.toX(scene.x[word]), this.view.toY(scene.y[word])];
  }

  private drawWords(ink: CanvasRenderingContext2D, scene: Scene, radius: number): void {
    const { view, colours } = this;
    const room = new Room(view.width, view.height);
    for (const box of this.reserved()) room.add(box);
    const marked = scene.asked.length + scene.found.length > 0;
    for (const [words, colour, more] of [
      [scene.found, colours.text, 1],
      [scene.asked, colours.accent, 2],
    ] as const)
      for (const word of words) {
        const [x, y] = this.at(scene, word);
        ink.beginPath();
        ink.arc(x, y, radius + more, 0, 2 * Math.PI);
        ink.fillStyle = colour;
        ink.fill();
        ink.lineWidth = 1.5;
        ink.strokeStyle = colours.ground;
        ink.stroke();
        room.add({ x: x - 3, y: y - 3, width: 6, height: 6 });
      }
    const put = (word: number, style: { colour: string; weight: number }, must = false) => this.put(ink, room, this.at(scene, word), radius, this.label(word), style, must);
    if (this.hovered >= 0) put(this.hovered, { colour: colours.text, weight: 600 }, true);
    for (const word of scene.asked) put(word, { colour: colours.accent, weight: 700 }, true);
    for (const word of scene.found) put(word, { colour: colours.text, weight: 600 });
    if (view.place.zoom < TITLES_UNTIL && !marked)
      for (const title of scene.titles) this.putTitle(ink, room, view.toX(title.x), view.toY(title.y), label(title.text, 48));
    // A whole map of labels hides its shape; a part of it is there to be read.
    let left = Math.max(12, (Math.min(view.place.zoom, 2) * view.width * view.height) / PIXELS_PER_LABEL) / (marked ? 2 : 1);
    let tries = TRIES * left;
    const style = { colour: marked ? colours.quiet : colours.text, weight: 400 };
    const done = new Set([...scene.asked, ...scene.found, this.hovered]);
    const { width, height } = view;
    for (const word of scene.labels) {
      const [x, y] = this.at(scene, word);
      if (x < 0 || y < 0 || x > width || y > height || done.has(word)) continue;
      if (--tries < 0) break;
      if (!room.free(x + radius + 8, y) && !room.free(x - radius - 8, y)) continue;
      if (put(word, style) && --left <= 0) break;
    }
  }

  private label(word: number): string {
    return (this.labels[word] ??= label(this.words[word]));
  }

  private width(ink: CanvasRenderingContext2D, text: string): number {
    const key = `${ink.font} ${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      width = ink.measureText(text).width;
      this.widths.set(key, width);
    }
    return width;
  }

  private put(ink: CanvasRenderingContext2D, room: Room, [x, y]: [number, number], radius: number, text: string, style: { colour: string; weight: number }, must: boolean): boolean {
    ink.font = `${style.weight} ${SIZES.label}px ${this.colours.font}`;
    const width = this.width(ink, text);
    const gap = radius + 4;
    const box = (left: number) => ({ x: left - 1, y: y - 10, width: width + 2, height: 20 });
    let left = x + gap;
    if (!room.take(box(left))) {
      left = x - gap - width;
      if (!room.take(box(left))) {
        if (!must) return false;
        left = x + gap + width > this.view.width ? x - gap - width : x + gap;
        room.add(box(left));
      }
    }
    this.write(ink, text, left, y, style.colour);
    return true;
  }

  private putTitle(ink: CanvasRenderingContext2D, room: Room, x: number, y: number, text: string): void {
    ink.font = `600 ${SIZES.title}px ${this.colours.font}`;
    const width = this.width(ink, text);
    if (room.take({ x: x - width / 2 - 8, y: y - 14, width: width + 16, height: 28 })) this.write(ink, text, x - width / 2, y, this.colours.text);
  }

  private write(ink: CanvasRenderingContext2D, text: string, x: number, y: number, colour: string): void {
    ink.textBaseline = "middle";
    ink.lineWidth = 3.5;
    ink.strokeStyle = this.colours.ground;
    ink.strokeText(text, x, y);
    ink.fillStyle = colour;
    ink.fillText(text, x, y);
  }

  private drawArrows(ink: CanvasRenderingContext2D, scene: Scene): void {
    ink.strokeStyle = ink.fillStyle = this.colours.accent;
    ink.lineWidth = 1.5;
    for (const { from, to } of scene.arrows) {
      const [x1, y1, x2, y2] = [this.view.toX(from[0]), this.view.toY(from[1]), this.view.toX(to[0]), this.view.toY(to[1])];
      const length = Math.hypot(x2 - x1, y2 - y1);
      if (length < 6) continue;
      const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
      ink.beginPath();
      ink.moveTo(x1 + dx * 5, y1 + dy * 5);
      ink.lineTo(x2 - dx * 6, y2 - dy * 6);
      ink.stroke();
      ink.beginPath();
      ink.moveTo(x2, y2);
      ink.lineTo(x2 - dx * 8 - dy * 4, y2 - dy * 8 + dx * 4);
      ink.lineTo(x2 - dx * 8 + dy * 4, y2 - dy * 8 - dx * 4);
      ink.fill();
    }
  }

  private drawAxes(ink: CanvasRenderingContext2D, scene: Scene): void {
    if (!scene.axes) return;
    const { width, height } = this.view;
    const [x, y] = [this.view.toX(0), this.view.toY(0)];
    ink.strokeStyle = this.colours.faint;
    ink.lineWidth = 1;
    ink.beginPath();
    ink.moveTo(0, y);
    ink.lineTo(width, y);
    ink.moveTo(x, 0);
    ink.lineTo(x, height);
    ink.stroke();
    ink.font = `600 ${SIZES.label}px ${this.colours.font}`;
    const [left, right, bottom, top] = scene.axes.map((text) => label(text));
    const put = (text: string, px: number, py: number) => this.write(ink, text, Math.min(Math.max(px, 8), width - 8 - this.width(ink, text)), Math.min(Math.max(py, 16), height - 16), this.colours.accent);
    put(`\u2190 ${left}`, 8, y - 14);
    put(`${right} \u2192`, width, y - 14);
    put(`${bottom} \u2193`, x + 8, height - 16);
    put(`${top} \u2191`, x + 8, 16);
  }

  private drawPath(ink: CanvasRenderingContext2D): void {
    if (this.path.length < 2) return;
    ink.beginPath();
    this.path.forEach(([x, y]) => ink.lineTo(x, y));
    ink.closePath();
    ink.strokeStyle = this.colours.accent;
    ink.lineWidth = 1.5;
    ink.stroke();
    ink.globalAlpha = 0.1;
    ink.fillStyle = this.colours.accent;
    ink.fill();
    ink.globalAlpha = 1;
  }
}
