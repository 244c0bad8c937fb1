// The picture: shown at once where it should be, scaled from what is known, and moved by hand.

import { Decimal } from "./decimal.js";

const SMALLEST = 1e-12; // of the centre, for a width whose lattice doubles can share

/** A rectangle of the plane: the centre in decimals, the width and height of the picture. */
export class Place {
  constructor(center, width, height) {
    this.center = center.map(Decimal.of);
    this.width = Number(width);
    this.height = Number(height);
  }

  static of(window) {
    const [rows, columns] = window.shape;
    const width = Number(window.width);
    return new Place(window.center, width, window.height ?? (width * rows) / columns);
  }

  /** The same moved by parts of its width and height, and then scaled about (u, v) in -0.5..0.5. */
  moved(across, up, scale = 1, u = 0, v = 0) {
    const place = new Place([0, 0], this.width * scale, this.height * scale);
    const by = [
      (across + u * (1 - scale)) * this.width,
      (up + v * (1 - scale)) * this.height,
    ];
    place.center = this.center.map((c, i) => c.plus(Decimal.of(by[i])));
    return place;
  }

  /** Where another place lies in this one: its centre in parts of this width and height. */
  offset(other) {
    return [
      other.center[0].minus(this.center[0]).number() / this.width,
      other.center[1].minus(this.center[1]).number() / this.height,
    ];
  }

  /** The window to ask for: on a lattice whose numbers are short, so that the points of moved and
   * halved windows are the same points. */
  window([rows, columns], square) {
    const size = Math.max(...this.center.map((c) => Math.abs(c.number())), 1e-300);
    if (this.width < SMALLEST * size || !square) {
      const scale = Math.ceil(-Math.log10(this.width)) + 12;
      const window = { center: this.center.map((c) => String(c.rounded(Math.max(0, scale)))), width: this.width };
      if (!square) window.height = this.height;
      return window;
    }
    const step = short(this.width / columns);
    const center = this.center.map((c) => Math.round(c.number() / step) * step);
    return { center, width: step * columns };
  }
}

/** A number near x with at most seven significant bits. */
function short(x) {
  const unit = 2 ** (Math.floor(Math.log2(x)) - 6);
  return Math.round(x / unit) * unit;
}

/** A bitmap of RGB bytes, top row first. */
export function bitmapOf(rgb, rows, columns) {
  const rgba = new Uint8ClampedArray(rows * columns * 4);
  for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
    rgba[to] = rgb[from];
    rgba[to + 1] = rgb[from + 1];
    rgba[to + 2] = rgb[from + 2];
    rgba[to + 3] = 255;
  }
  return createImageBitmap(new ImageData(rgba, columns, rows));
}

export class Viewer {
  /** Callbacks: changed(place, settled) when a hand has moved it; hover(row, column) or hover();
   * pinned(row, column) when a point was clicked. One that is polite leaves the wheel to the page
   * around it until it has the focus. */
  constructor(canvas, over, { changed, hover, pinned = () => {}, polite = false }) {
    this.canvas = canvas;
    this.polite = polite;
    this.pinned = pinned;
    this.pin = null;
    this.over = over;
    this.changed = changed;
    this.hover = hover;
    this.place = null;
    this.shown = []; // {bitmap, place}: the last whole picture, and the latest
    this.orbit = null;
    this.frames = 0;
    this.#listen();
    new ResizeObserver(() => this.#resized()).observe(canvas);
  }

  /** Rows and columns of a picture that fills the canvas, in its own pixels. */
  get shape() {
    const ratio = window.devicePixelRatio || 1;
    const rows = Math.max(1, Math.round(this.canvas.clientHeight * ratio));
    const columns = Math.max(1, Math.round(this.canvas.clientWidth * ratio));
    const scale = Math.min(1, Math.sqrt(3.9e6 / (rows * columns)));
    return [Math.max(1, Math.floor(rows * scale)), Math.max(1, Math.floor(columns * scale))];
  }

  /** Shows a picture (top row first, RGB) of a place. */
  async show(rgb, rows, columns, place, complete) {
    const number = (this.received = (this.received ?? 0) + 1);
    const bitmap = await bitmapOf(rgb, rows, columns);
    if (number < this.newest) return bitmap.close(); // a later one was ready before
    this.newest = number;
    const last = this.shown.find((picture) => picture.complete);
    for (const picture of this.shown) if (picture !== last || complete) picture.bitmap.close();
    this.shown = complete || !last ? [{ bitmap, place, complete }] : [last, { bitmap, place, complete }];
    this.draw();
  }

  go(place) {
    this.place = place;
    this.draw();
  }

  draw() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.frames += 1;
      this.#paint();
      this.#paintOrbit();
    });
  }

  #resized() {
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.over]) {
      canvas.width = Math.max(1, Math.round(this.canvas.clientWidth * ratio));
      canvas.height = Math.max(1, Math.round(this.canvas.clientHeight * ratio));
    }
    this.draw();
    if (this.place) this.changed(this.place, true);
  }

  #paint() {
    const { width, height } = this.canvas, context = this.canvas.getContext("2d");
    context.fillStyle = "#000";
    context.fillRect(0, 0, width, height);
    if (!this.place) return;
    for (const { bitmap, place } of this.shown) {
      const [across, up] = this.place.offset(place);
      const w = (place.width / this.place.width) * width, h = (place.height / this.place.height) * height;
      // A window's centre is the point of row rows // 2: half a pixel from the middle where even.
      const left = width / 2 + across * width - w / 2, top = height / 2 - up * height - h / 2;
      const same = Math.abs(w - bitmap.width) < 0.5 && Math.abs(h - bitmap.height) < 0.5;
      context.imageSmoothingEnabled = !same && w < bitmap.width;
      if (same) context.drawImage(bitmap, Math.round(left), Math.round(top));
      else context.drawImage(bitmap, left, top, w, h);
    }
  }

  /** Shows an orbit: points in the plane. */
  follow(points) {
    this.orbit = points;
    this.draw();
  }

  /** Marks a point of the plane, or none. */
  mark(pin) {
    this.pin = pin;
    this.draw();
  }

  /** The point of the plane at a row and a column, as doubles. */
  point(row, column) {
    const [rows, columns] = this.shape, { width, height, center } = this.place;
    return [
      center[0].number() + ((column - (columns >> 1)) / columns) * width,
      center[1].number() + ((row - (rows >> 1)) / rows) * height,
    ];
  }

  /** Where a point of the plane lies on the canvas. */
  at(x, y) {
    const [cx, cy] = this.place.center.map((c) => c.number()), { width, height } = this.canvas;
    return [((x - cx) / this.place.width + 0.5) * width, (0.5 - (y - cy) / this.place.height) * height];
  }

  #paintOrbit() {
    const context = this.over.getContext("2d");
    context.clearRect(0, 0, this.over.width, this.over.height);
    if (this.pin && this.place) {
      const [x, y] = this.at(...this.pin);
      context.strokeStyle = "#fff";
      context.lineWidth = 2;
      context.strokeRect(x - 5, y - 5, 10, 10);
      context.strokeStyle = "#000";
      context.lineWidth = 1;
      context.strokeRect(x - 6.5, y - 6.5, 13, 13);
    }
    if (!this.orbit?.length || !this.place) return;
    const points = this.orbit.filter((p) => p.every(Number.isFinite)).map(([x, y]) => this.at(x, y));
    context.lineWidth = 1;
    context.strokeStyle = "rgb(255 255 255 / .45)";
    context.beginPath();
    points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
    context.fillStyle = "#fff";
    points.forEach(([x, y], i) => context.fillRect(x - 1.5, y - 1.5, i ? 3 : 6, i ? 3 : 6));
  }

  #listen() {
    const canvas = this.canvas, fingers = new Map();
    let box = null, wheel = 0, still = null;
    const part = (event) => {
      const area = canvas.getBoundingClientRect();
      return [(event.clientX - area.left) / area.width - 0.5, 0.5 - (event.clientY - area.top) / area.height];
    };
    const move = (place, settled = false) => {
      this.go(place);
      this.changed(place, settled);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, part(event));
      still = fingers.size === 1 && !event.shiftKey ? [event.clientX, event.clientY] : null;
      if (event.shiftKey) box = part(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      const now = part(event), before = fingers.get(event.pointerId);
      this.#hovered(now, this.hover);
      if (still && Math.hypot(event.clientX - still[0], event.clientY - still[1]) < 3) return;
      still = null;
      if (!before || !this.place || box) return;
      if (fingers.size === 1) {
        move(this.place.moved(before[0] - now[0], before[1] - now[1]));
      } else if (fingers.size === 2) {
        const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, p]) => p);
        const far = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]) || 1e-6;
        move(this.place.moved(0, 0, far(before) / far(now), ...other));
      }
      fingers.set(event.pointerId, now);
    });
    const up = (event) => {
      if (!fingers.delete(event.pointerId) || !this.place) return;
      const now = part(event);
      if (still && event.type === "pointerup") {
        still = null;
        this.#hovered(now, this.pinned);
        return;
      }
      if (box && event.type === "pointerup") {
        const across = Math.abs(now[0] - box[0]), high = Math.abs(now[1] - box[1]);
        const scale = Math.max(across, high, 0.01);
        const middle = [(now[0] + box[0]) / 2, (now[1] + box[1]) / 2];
        box = null;
        move(this.place.moved(...middle, 1).moved(0, 0, scale), true);
      } else {
        box = null;
        this.changed(this.place, true);
      }
    };
    canvas.addEventListener("pointerup", up);
    canvas.addEventListener("pointercancel", up);
    canvas.addEventListener("pointerleave", () => this.hover());
    this.canvas.addEventListener("contextmenu", (event) => fingers.size && event.preventDefault());
    canvas.addEventListener("wheel", (event) => {
      if (this.polite && document.activeElement !== canvas && !canvas.matches(":focus")) return;
      event.preventDefault();
      if (!this.place) return;
      const pixels = event.deltaY * (event.deltaMode ? 33 : 1);
      move(this.place.moved(0, 0, 2 ** Math.max(-2, Math.min(2, pixels / 240)), ...part(event)));
      clearTimeout(wheel);
      wheel = setTimeout(() => this.changed(this.place, true), 250);
    }, { passive: false });
    canvas.addEventListener("dblclick", (event) => {
      const scale = event.shiftKey || event.altKey ? 2 : 0.5;
      if (this.place) move(this.place.moved(0, 0, scale, ...part(event)), true);
    });
    canvas.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 0.02 : 0.125;
      const moves = {
        ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
        "+": [0, 0, 0.5], "=": [0, 0, 0.5], "-": [0, 0, 2],
      };
      if (!moves[event.key] || !this.place || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      move(this.place.moved(...moves[event.key]), true);
    });
  }

  #hovered([u, v], act) {
    const [rows, columns] = this.shape;
    const column = Math.floor((u + 0.5) * columns), row = Math.floor((v + 0.5) * rows);
    if (this.place && row >= 0 && row < rows && column >= 0 && column < columns) act(row, column);
  }
}
