// What the address says: the view, the words, the map. A link shows what its sender saw.

export type View = "words" | "analogy" | "axes" | "two" | "geometry" | "about";
export const VIEWS: readonly View[] = ["words", "analogy", "axes", "two", "geometry", "about"];

export interface Place {
  zoom: number; // 1: everything fits
  x: number;
  y: number;
}

export interface State {
  view: View;
  plus: string[];
  minus: string[];
  analogy: [string, string, string];
  poles: [string, string, string, string]; // left, right, bottom, top
  of: string; // which words the axes show: frequent, near, selected, list or cluster:3
  list: string;
  colour: string;
  among: number; // words that moved: of how many of the most frequent; 0: not chosen
  map: Place;
}

export const WHOLE: Place = { zoom: 1, x: 0, y: 0 };

export function initial(): State {
  return {
    view: "words",
    plus: [],
    minus: [],
    analogy: ["", "", ""],
    poles: ["", "", "", ""],
    of: "frequent",
    list: "",
    colour: "cluster",
    among: 0,
    map: WHOLE,
  };
}

const NUMBER = /^-?\d+(\.\d+)?(e-?\d+)?$/;

export function parse(hash: string): State {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const state = initial();
  const view = given.get("view") as View | null;
  if (view && VIEWS.includes(view)) state.view = view;
  state.plus = given.getAll("plus");
  state.minus = given.getAll("minus");
  ["a", "b", "c"].forEach((name, i) => (state.analogy[i] = given.get(name) ?? ""));
  ["left", "right", "bottom", "top"].forEach((name, i) => (state.poles[i] = given.get(name) ?? ""));
  state.of = given.get("of") ?? state.of;
  state.list = given.get("list") ?? "";
  state.colour = given.get("colour") ?? state.colour;
  const among = given.get("among") ?? "";
  if (/^\d{1,9}$/.test(among)) state.among = Number(among);
  const map = (given.get("map") ?? "").split(",");
  if (map.length === 3 && map.every((part) => NUMBER.test(part))) {
    const [zoom, x, y] = map.map(Number);
    state.map = { zoom: Math.min(Math.max(zoom, 0.5), 1000), x, y };
  }
  return state;
}

export function format(state: State): string {
  const said = new URLSearchParams();
  const usual = initial();
  const put = (name: string, value: string, normal: string) => value !== normal && said.append(name, value);
  put("view", state.view, usual.view);
  for (const word of state.plus) said.append("plus", word);
  for (const word of state.minus) said.append("minus", word);
  ["a", "b", "c"].forEach((name, i) => put(name, state.analogy[i], ""));
  ["left", "right", "bottom", "top"].forEach((name, i) => put(name, state.poles[i], ""));
  put("of", state.of, usual.of);
  put("list", state.list, "");
  put("colour", state.colour, usual.colour);
  put("among", String(state.among), "0");
  const { zoom, x, y } = state.map;
  if (zoom !== 1 || x !== 0 || y !== 0) said.append("map", [zoom.toPrecision(4), x.toFixed(4), y.toFixed(4)].map(Number).join(","));
  return said.size || [...said].length ? `#${said}` : "";
}
