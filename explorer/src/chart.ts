// Small charts in SVG: lines and points on two axes, and rows of intervals.

import { h, svg } from "./dom";
import { Room } from "./labels";
import { number, short } from "./text";

export interface Line {
  points: [number, number][];
  label: string;
  kind: "line" | "points" | "path"; // a path: a line with points
  colour: number; // model; -1: reference
  notes?: string[]; // beside the points
}

const HEIGHT = 400;
const EDGE = { left: 72, right: 24, top: 16, bottom: 56 };

const FEW = 4; // points of which each has its number

/** As wide as there is room, so that letters are as large as elsewhere. */
function width(): number {
  return Math.min(720, Math.max(320, (document.getElementById("stage")?.clientWidth ?? 640) - 48));
}

function ticks(low: number, high: number, whole = false): { at: number; text: string }[] {
  const rough = Math.max((high - low) / 5, whole ? 1 : 0);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10) * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found: { at: number; text: string }[] = [];
  for (let tick = Math.ceil(low / step); tick * step <= high + step * 1e-6; tick++) found.push({ at: tick * step, text: number(tick * step || 0, digits) });
  return found;
}

function range(values: number[], share: number): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const more = (high - low || Math.abs(high) || 1) * share;
  return [low - more, high + more];
}

/** `counted`: x are numbers of things, as of epochs. */
export function chart(title: string, xLabel: string, yLabel: string, lines: Line[], counted = false): HTMLElement {
  const WIDTH = width();
  const all = lines.flatMap((line) => line.points);
  if (!all.length) return h("div");
  const [x0, x1] = range(all.map((p) => p[0]), 0.06);
  const [y0, y1] = range(all.map((p) => p[1]), 0.08);
  const X = (x: number) => EDGE.left + ((x - x0) / (x1 - x0)) * (WIDTH - EDGE.left - EDGE.right);
  const Y = (y: number) => HEIGHT - EDGE.bottom - ((y - y0) / (y1 - y0)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const parts: SVGElement[] = [];
  for (const { at, text } of ticks(x0, x1, counted)) {
    parts.push(svg("line", { class: "grid", x1: X(at), x2: X(at), y1: EDGE.top, y2: HEIGHT - EDGE.bottom }));
    parts.push(svg("text", { x: X(at), y: HEIGHT - EDGE.bottom + 20, "text-anchor": "middle" }, text));
  }
  for (const { at, text } of ticks(y0, y1)) {
    parts.push(svg("line", { class: "grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: Y(at), y2: Y(at) }));
    parts.push(svg("text", { x: EDGE.left - 8, y: Y(at) + 4, "text-anchor": "end" }, text));
  }
  parts.push(svg("text", { class: "name", x: (EDGE.left + WIDTH - EDGE.right) / 2, y: HEIGHT - 12, "text-anchor": "middle" }, xLabel));
  parts.push(svg("text", { class: "name", x: 16, y: HEIGHT / 2, "text-anchor": "middle", transform: `rotate(-90 16 ${HEIGHT / 2})` }, yLabel));
  lines.forEach((line) => parts.push(...drawn(line, X, Y)));
  // Of a short training, the numbers say more than the line.
  const noted = counted && lines.every((line) => line.points.length < FEW) ? lines.map((line) => ({ ...line, notes: line.points.map(([, y]) => short(y)) })) : lines;
  parts.push(...notes(noted, X, Y, WIDTH));
  const named = lines.filter((line) => line.label);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}: ${described(lines)}` }, ...parts);
  const legend = named.length > 1 ? h("ul", { class: "key" }, ...named.map((line) => h("li", {}, h("i", { class: `swatch model${line.colour}` }), h("bdi", {}, line.label)))) : null;
  return h("figure", {}, h("figcaption", {}, title), legend, picture);
}

function drawn(line: Line, X: (x: number) => number, Y: (y: number) => number): SVGElement[] {
  const colour = `model${line.colour}`;
  const parts: SVGElement[] = [];
  const at = line.points.map(([x, y]) => [X(x), Y(y)] as const);
  if (line.kind !== "points" && at.length > 1) parts.push(svg("polyline", { class: `stroke ${colour}`, points: at.map((p) => p.map((v) => v.toFixed(1)).join(",")).join(" ") }));
  at.forEach(([x, y], i) => {
    const last = i === at.length - 1;
    const large = line.kind === "points" || last || at.length < FEW;
    if (line.kind !== "line" || at.length === 1) parts.push(svg("circle", { class: `dot ${colour}`, cx: x, cy: y, r: large ? 5 : 2.5 }));
  });
  return parts;
}

/** Texts beside points, each where it covers no other; those of references, which come last, first. */
function notes(lines: Line[], X: (x: number) => number, Y: (y: number) => number, wide: number): SVGElement[] {
  const room = new Room(wide, HEIGHT);
  const parts: SVGElement[] = [];
  const said: { note: string; x: number; y: number }[] = [];
  for (const line of [...lines].reverse())
    line.points.forEach((point, i) => {
      const note = line.notes?.[i];
      if (!note) return;
      const [x, y, width] = [X(point[0]), Y(point[1]), 7 * note.length];
      if (said.some((one) => one.note === note && Math.hypot(one.x - x, one.y - y) < 40)) return; // two models at one place
      said.push({ note, x, y });
      const places = [10, -10 - width].flatMap((dx) => [-8, 18].map((dy) => [x + dx, y + dy]));
      const place = places.find(([px, py]) => room.take({ x: px, y: py - 12, width, height: 16 }));
      if (place) parts.push(svg("text", { class: "note", x: place[0], y: place[1] }, note));
    });
  return parts;
}

function described(lines: Line[]): string {
  return lines
    .filter((line) => line.points.length)
    .map((line) => {
      const [x, y] = line.points[line.points.length - 1];
      return `${line.label || line.notes?.filter(Boolean).join(", ") || "line"} ends at ${short(x)}, ${short(y)}`;
    })
    .join("; ");
}

export interface Row {
  label: string;
  values: { value: number; low: number | null; high: number | null }[]; // one of each model
}

/** Scores with intervals: a row of each test, a dot of each model. */
export function forest(title: string, unit: string, rows: Row[], names: string[]): HTMLElement {
  const ends = rows.flatMap((row) => row.values.flatMap((v) => [v.low ?? v.value, v.high ?? v.value])).filter(Number.isFinite);
  if (!ends.length) return h("div");
  const [low, high] = range(ends, 0.1);
  const WIDTH = width();
  const left = Math.min(220, WIDTH * 0.4);
  const letters = Math.floor(left / 7);
  const X = (x: number) => left + ((x - low) / (high - low)) * (WIDTH - left - 24);
  const height = rows.length * 32 + 56;
  const parts: SVGElement[] = [];
  for (const { at, text } of ticks(low, high)) {
    parts.push(svg("line", { class: "grid", x1: X(at), x2: X(at), y1: 8, y2: height - 48 }));
    parts.push(svg("text", { x: X(at), y: height - 28, "text-anchor": "middle" }, text));
  }
  parts.push(svg("text", { class: "name", x: (left + WIDTH) / 2, y: height - 8, "text-anchor": "middle" }, unit));
  rows.forEach((row, i) => {
    const middle = 24 + 32 * i;
    parts.push(svg("text", { x: left - 12, y: middle + 4, "text-anchor": "end" }, row.label.length > letters ? `${row.label.slice(0, letters - 1)}\u2026` : row.label));
    row.values.forEach((v, m) => {
      if (!Number.isFinite(v.value)) return;
      const y = middle + (row.values.length > 1 ? (m ? 5 : -5) : 0);
      if (v.low !== null && v.high !== null) parts.push(svg("line", { class: `stroke model${m}`, x1: X(v.low), x2: X(v.high), y1: y, y2: y }));
      parts.push(svg("circle", { class: `dot model${m}`, cx: X(v.value), cy: y, r: 4.5 }, svg("title", {}, `${names[m]}: ${short(v.value)}`)));
    });
  });
  const said = rows.map((row) => `${row.label}: ${row.values.map((v, m) => `${names[m]} ${short(v.value)}`).join(", ")}`).join("; ");
  const legend = names.length > 1 ? h("ul", { class: "key" }, ...names.map((name, m) => h("li", {}, h("i", { class: `swatch model${m}` }), h("bdi", {}, name)))) : null;
  return h("figure", {}, h("figcaption", {}, title), legend, svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": `${title}: ${said}` }, ...parts));
}
