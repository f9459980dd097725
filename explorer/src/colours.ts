// Colours come from style.css, so that light and dark are decided in one place.

import { pixel } from "./raster";

export const CATEGORIES = 10;

export interface Theme {
  ground: string;
  text: string;
  quiet: string;
  accent: string;
  second: string;
  faint: string;
  categories: string[];
  ramp: string[];
  font: string;
}

export function theme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const several = (name: string, n: number) => Array.from({ length: n }, (_, i) => value(`${name}${i}`));
  return {
    ground: value("ground"),
    text: value("text"),
    quiet: value("quiet"),
    accent: value("accent"),
    second: value("second"),
    faint: value("faint"),
    categories: several("c", CATEGORIES),
    ramp: several("ramp", 5),
    font: style.getPropertyValue("font-family") || "sans-serif",
  };
}

/** A place between 0 and 1 on the ramp, as a pixel. */
export function onRamp(ramp: string[], place: number): number {
  const at = Math.min(Math.max(place, 0), 1) * (ramp.length - 1);
  const low = Math.min(Math.floor(at), ramp.length - 2);
  const [a, b] = [ramp[low], ramp[low + 1]].map((colour) => Number.parseInt(colour.slice(1), 16));
  const mix = (shift: number) => Math.round(((a >> shift) & 255) * (low + 1 - at) + ((b >> shift) & 255) * (at - low));
  return pixel(`#${((mix(16) << 16) | (mix(8) << 8) | mix(0)).toString(16).padStart(6, "0")}`);
}

/** Each cluster's colour: as few neighbours as possible have the same. */
export function clusterColours(centres: { x: number; y: number }[]): number[] {
  const given: number[] = [];
  centres.forEach((centre, i) => {
    const worth = new Array<number>(CATEGORIES).fill(0);
    for (let j = 0; j < i; j++) {
      const away = Math.hypot(centres[j].x - centre.x, centres[j].y - centre.y);
      worth[given[j]] += 1 / (away * away + 1e-3);
    }
    given.push(worth.indexOf(Math.min(...worth)));
  });
  return given;
}
