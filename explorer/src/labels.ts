// Where labels go: in order of importance, each only where it covers no other.

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const CELL = 48;

export class Room {
  private readonly columns: number;
  private readonly cells: Box[][];

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {
    this.columns = Math.ceil(width / CELL) + 1;
    this.cells = Array.from({ length: this.columns * (Math.ceil(height / CELL) + 1) }, () => []);
  }

  private *near(box: Box): Generator<Box[]> {
    const last = Math.floor(Math.min(box.x + box.width, this.width) / CELL);
    for (let row = Math.floor(Math.max(box.y, 0) / CELL); row <= Math.floor(Math.min(box.y + box.height, this.height) / CELL); row++)
      for (let column = Math.floor(Math.max(box.x, 0) / CELL); column <= last; column++) yield this.cells[row * this.columns + column];
  }

  /** Whether the box lies inside and covers nothing; it is then taken. */
  take(box: Box): boolean {
    if (box.x < 0 || box.y < 0 || box.x + box.width > this.width || box.y + box.height > this.height) return false;
    for (const cell of this.near(box))
      for (const other of cell)
        if (box.x < other.x + other.width && other.x < box.x + box.width && box.y < other.y + other.height && other.y < box.y + box.height)
          return false;
    this.add(box);
    return true;
  }

  /** Whether nothing is taken at a point; quicker than measuring a label that then has no place. */
  free(x: number, y: number): boolean {
    for (const cell of this.near({ x, y, width: 0, height: 0 }))
      for (const other of cell) if (x >= other.x && x <= other.x + other.width && y >= other.y && y <= other.y + other.height) return false;
    return true;
  }

  /** Takes the box whatever it covers. */
  add(box: Box): void {
    for (const cell of this.near(box)) cell.push(box);
  }
}
