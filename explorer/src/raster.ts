// Draws tens of thousands of dots into pixels, without WebGL: the same on every machine, and fast also where there is no
// graphics processor. A dot is a small mask of coverages, made once for each of 4 x 4 positions within a pixel.

const PHASES = 4;

interface Mask {
  size: number;
  coverage: Uint16Array; // 0 to 256, row by row
}

function masks(radius: number, alpha: number): Mask[] {
  const size = Math.ceil(2 * radius + 2);
  const made: Mask[] = [];
  for (let py = 0; py < PHASES; py++)
    for (let px = 0; px < PHASES; px++) {
      const coverage = new Uint16Array(size * size);
      const [cx, cy] = [radius + 0.5 + px / PHASES, radius + 0.5 + py / PHASES];
      for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++) {
          const away = Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
          coverage[y * size + x] = Math.round(256 * alpha * Math.min(1, Math.max(0, radius + 0.5 - away)));
        }
      made.push({ size, coverage });
    }
  return made;
}

/** A colour such as #3b6fd4 as a pixel, in the byte order of canvas (little-endian on every machine with a browser). */
export function pixel(colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return ((255 << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}

export class Raster {
  private image: ImageData | null = null;
  private pixels = new Uint32Array(0);
  private made: Mask[] = [];
  private of = "";

  constructor(private readonly canvas: HTMLCanvasElement) {}

  /** Size of the canvas, in pixels of the screen. */
  resize(width: number, height: number): void {
    if (this.canvas.width === width && this.canvas.height === height && this.image) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  clear(ground: number): void {
    this.pixels.fill(ground);
  }

  show(): void {
    if (this.image) this.canvas.getContext("2d", { alpha: false })?.putImageData(this.image, 0, 0);
  }

  /** Draws the dots at x, y (pixels) in this order, the last ones on top. */
  draw(x: Float32Array, y: Float32Array, order: Uint32Array, colours: Uint32Array, radius: number, alpha: number): void {
    if (!this.image) return;
    if (this.of !== `${radius} ${alpha}`) {
      this.made = masks(radius, alpha);
      this.of = `${radius} ${alpha}`;
    }
    const { pixels, made } = this;
    const { width, height } = this.image;
    const size = made[0].size;
    const shift = radius + 0.5;
    for (let n = 0; n < order.length; n++) {
      const i = order[n];
      const left = x[i] - shift;
      const top = y[i] - shift;
      if (!(left >= 0 && top >= 0 && left < width - size - 1 && top < height - size - 1)) continue; // at the edge, or not a number
      const [fx, fy] = [Math.floor(left), Math.floor(top)];
      const mask = made[((top - fy) * PHASES) << 2 | ((left - fx) * PHASES)];
      const { coverage } = mask;
      const colour = colours[i];
      const red = colour & 0xff00ff;
      const green = colour & 0x00ff00;
      for (let my = 0, m = 0; my < size; my++) {
        let p = (fy + my) * width + fx;
        for (let mx = 0; mx < size; mx++, m++, p++) {
          const c = coverage[m];
          if (!c) continue;
          const under = pixels[p];
          const rest = 256 - c;
          pixels[p] =
            (0xff000000 |
              ((((under & 0xff00ff) * rest + red * c) >>> 8) & 0xff00ff) |
              ((((under & 0x00ff00) * rest + green * c) >>> 8) & 0x00ff00)) >>>
            0;
        }
      }
    }
  }
}
