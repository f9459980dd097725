// From positions, -1 to 1, to pixels, and how the hand moves them: drag, wheel, pinch, keys.

import { calm } from "./dom";
import { type Place, WHOLE } from "./state";

const MOST = 400;
const LEAST = 0.6;
const STEP = 1.5;

export class View {
  place: Place = WHOLE;
  width = 1;
  height = 1;
  private animation = 0;

  constructor(private readonly changed: (settled: boolean) => void) {}

  /** Pixels per unit. */
  get scale(): number {
    return 0.47 * Math.min(this.width, this.height) * this.place.zoom;
  }

  toX(x: number): number {
    return (x - this.place.x) * this.scale + this.width / 2;
  }

  toY(y: number): number {
    return (this.place.y - y) * this.scale + this.height / 2;
  }

  fromX(x: number): number {
    return (x - this.width / 2) / this.scale + this.place.x;
  }

  fromY(y: number): number {
    return this.place.y - (y - this.height / 2) / this.scale;
  }

  set(place: Place, settled = true): void {
    cancelAnimationFrame(this.animation);
    this.move(place, settled);
  }

  private move(place: Place, settled: boolean): void {
    const bound = (value: number) => Math.min(Math.max(value, -1.2), 1.2);
    this.place = { zoom: Math.min(Math.max(place.zoom, LEAST), MOST), x: bound(place.x), y: bound(place.y) };
    this.changed(settled);
  }

  pan(dx: number, dy: number): void {
    this.set({ ...this.place, x: this.place.x - dx / this.scale, y: this.place.y + dy / this.scale });
  }

  /** Zooms by a factor so that the point under x, y (pixels) stays. */
  zoomAt(factor: number, x = this.width / 2, y = this.height / 2): void {
    const [px, py] = [this.fromX(x), this.fromY(y)];
    const zoom = Math.min(Math.max(this.place.zoom * factor, LEAST), MOST);
    const kept = this.place.zoom / zoom;
    this.set({ zoom, x: px + (this.place.x - px) * kept, y: py + (this.place.y - py) * kept });
  }

  /** Goes to a place in a quarter of a second, or at once where motion is not wanted. */
  go(to: Place): void {
    cancelAnimationFrame(this.animation);
    const from = this.place;
    if (calm.matches) return this.move(to, true);
    const start = performance.now();
    const step = (now: number) => {
      const part = Math.min(1, (now - start) / 250);
      const eased = part * (2 - part);
      const zoom = from.zoom * (to.zoom / from.zoom) ** eased;
      // In proportion to what zooming shows, so that the goal does not swing.
      const share = to.zoom === from.zoom ? eased : (1 / from.zoom - 1 / zoom) / (1 / from.zoom - 1 / to.zoom);
      this.move({ zoom, x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }, part === 1);
      if (part < 1) this.animation = requestAnimationFrame(step);
    };
    this.animation = requestAnimationFrame(step);
  }

  /** Goes where these points fill the picture, no closer than a zoom of `closest`. */
  fit(points: [number, number][], closest: number): void {
    if (!points.length) return this.go(WHOLE);
    const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [bottom, top] = [Math.min(...ys), Math.max(...ys)];
    const unit = 0.47 * Math.min(this.width, this.height);
    const zoom = Math.min((0.35 * this.width) / unit / Math.max((right - left) / 2, 0.02), (0.35 * this.height) / unit / Math.max((top - bottom) / 2, 0.02));
    this.go({ zoom: Math.min(Math.max(zoom, 1), closest), x: (left + right) / 2, y: (bottom + top) / 2 });
  }

  key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const moves: Record<string, [number, number]> = { ArrowLeft: [64, 0], ArrowRight: [-64, 0], ArrowUp: [0, 64], ArrowDown: [0, -64] };
    const move = moves[event.key];
    if (move) this.pan(...move);
    else if (event.key === "+" || event.key === "=") this.zoomAt(STEP);
    else if (event.key === "-") this.zoomAt(1 / STEP);
    else if (event.key === "0" || event.key === "Home") this.go(WHOLE);
    else return false;
    return true;
  }
}

interface Hands {
  click: (x: number, y: number) => void;
  hover: (x: number | null, y: number) => void;
  lasso: (path: [number, number][], done: boolean) => void;
  lassoing: () => boolean;
}

/** Connects a mouse, fingers and keys. Coordinates are pixels of the page within the element. */
export function connect(element: HTMLElement, view: View, hands: Hands): void {
  const fingers = new Map<number, [number, number]>();
  let path: [number, number][] | null = null;
  let moved = 0;
  const at = (event: PointerEvent | WheelEvent | MouseEvent): [number, number] => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return { size: Math.hypot(a[0] - b[0], a[1] - b[1]), x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2 };
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    moved = fingers.size > 1 ? 100 : 0;
    path = fingers.size === 1 && (event.shiftKey || hands.lassoing()) ? [at(event)] : null;
  });
  element.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    const now = at(event);
    if (!before) return hands.hover(...now);
    moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (path) {
      path.push(now);
      hands.lasso(path, false);
    } else if (fingers.size === 2) {
      const old = spread();
      fingers.set(event.pointerId, now);
      const grown = spread();
      view.pan(grown.x - old.x, grown.y - old.y);
      view.zoomAt(grown.size / Math.max(old.size, 1), grown.x, grown.y);
    } else if (fingers.size === 1) view.pan(now[0] - before[0], now[1] - before[1]);
    fingers.set(event.pointerId, now);
  });
  const end = (event: PointerEvent) => {
    if (!fingers.delete(event.pointerId)) return;
    if (path && moved > 4) hands.lasso(path, true);
    else if (moved <= 4 && event.type === "pointerup") hands.click(...at(event));
    path = null;
  };
  element.addEventListener("pointerup", end);
  element.addEventListener("pointercancel", end);
  element.addEventListener("pointerleave", () => hands.hover(null, 0));
  element.addEventListener("dblclick", (event) => view.zoomAt(STEP * STEP, ...at(event)));
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
      view.zoomAt(Math.exp(-Math.max(-200, Math.min(200, pixels)) * (event.ctrlKey ? 0.01 : 0.002)), ...at(event));
    },
    { passive: false },
  );
  element.addEventListener("keydown", (event) => {
    if (view.key(event)) event.preventDefault();
  });
}
