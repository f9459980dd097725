// What is drawn over the dots: marks, labels, arrows, axes, the lasso.

import type { Theme } from "./colours";
import { type Box, Room } from "./labels";
import type { Scene } from "./stage";
import { label } from "./text";
import type { View } from "./view";

const PIXELS_PER_LABEL = 9000;
const TRIES = 30; // words that are looked at for each label
const SIZES = { label: 13, title: 15 };
const TITLES_UNTIL = 3; // of zoom

interface Now {
  ratio: number; // pixels of the screen per pixel of the page
  radius: number; // of dots
  hovered: number; // a word, or -1
  reserved: Box[]; // where no label goes
  path: [number, number][]; // of the lasso
}

export class Pen {
  private readonly labels: string[] = [];
  private readonly widths = new Map<string, number>();
  private colours!: Theme;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly words: string[],
    private readonly view: View,
  ) {}

  draw(scene: Scene, now: Now, colours: Theme): void {
    const ink = this.canvas.getContext("2d");
    if (!ink) return;
    this.colours = colours;
    ink.setTransform(now.ratio, 0, 0, now.ratio, 0, 0);
    ink.clearRect(0, 0, this.view.width, this.view.height);
    ink.lineJoin = "round";
    this.drawAxes(ink, scene, now.reserved);
    this.drawArrows(ink, scene);
    this.drawWords(ink, scene, now);
    this.drawPath(ink, now.path);
  }

  private at(scene: Scene, word: number): [number, number] {
    return [this.view.toX(scene.x[word]), this.view.toY(scene.y[word])];
  }

  private drawWords(ink: CanvasRenderingContext2D, scene: Scene, { radius, hovered, reserved }: Now): void {
    const { view, colours } = this;
    const room = new Room(view.width, view.height);
    for (const box of reserved) room.add(box);
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
    if (hovered >= 0) put(hovered, { colour: colours.text, weight: 600 }, true);
    for (const word of scene.asked) put(word, { colour: colours.accent, weight: 700 }, true);
    for (const word of scene.found) put(word, { colour: colours.text, weight: 600 });
    if (view.place.zoom < TITLES_UNTIL && !marked)
      for (const title of scene.titles) this.putTitle(ink, room, view.toX(title.x), view.toY(title.y), label(title.text, 48));
    // A whole map of labels hides its shape; a part of it is there to be read.
    let left = Math.max(12, (Math.min(view.place.zoom, 2) * view.width * view.height) / PIXELS_PER_LABEL) / (marked ? 2 : 1);
    let tries = TRIES * left;
    const style = { colour: marked ? colours.quiet : colours.text, weight: 400 };
    const done = new Set([...scene.asked, ...scene.found, hovered]);
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

  private drawAxes(ink: CanvasRenderingContext2D, scene: Scene, reserved: Box[]): void {
    if (!scene.axes) return;
    const { width, height } = this.view;
    const [x, y] = [this.view.toX(0), this.view.toY(0)];
    ink.strokeStyle = this.colours.faint;
    ink.lineWidth = 1;
    const [across, upwards] = [scene.axes[0] !== "", scene.axes[2] !== ""];
    ink.beginPath();
    if (across) ink.moveTo(0, y);
    if (across) ink.lineTo(width, y);
    if (upwards) ink.moveTo(x, 0);
    if (upwards) ink.lineTo(x, height);
    ink.stroke();
    ink.font = `600 ${SIZES.label}px ${this.colours.font}`;
    const [left, right, bottom, top] = scene.axes.map((text) => label(text));
    const put = (text: string, px: number, py: number) => this.write(ink, text, Math.min(Math.max(px, 8), width - 8 - this.width(ink, text)), Math.min(Math.max(py, 16), height - 16), this.colours.accent);
    if (across) put(`\u2190 ${left}`, 8, y - 14);
    if (across) put(`${right} \u2192`, width, y - 14);
    if (!upwards) return;
    put(`${bottom} \u2193`, x + 8, height - 16);
    const taken = reserved.find((box) => box.y < 32 && box.x < x + 128 && box.x + box.width > x);
    put(`${top} \u2191`, x + 8, taken ? taken.y + taken.height + 16 : 16);
  }

  private drawPath(ink: CanvasRenderingContext2D, path: [number, number][]): void {
    if (path.length < 2) return;
    ink.beginPath();
    path.forEach(([x, y]) => ink.lineTo(x, y));
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
