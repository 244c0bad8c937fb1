// Three bodies and their twin in space, running: turned by dragging or the arrow keys, nearer by the
// wheel or + and -, stopped and started by a click or the space bar.

const COLOURS = ["#ffb27a", "#7fb7ff", "#9be28c"];
const SECONDS = 20; // of a run
const TRAIL = 220; // moments

export class Space {
  constructor(canvas) {
    this.canvas = canvas;
    this.turn = 0.6;
    this.tilt = 0.5;
    this.near = 1;
    this.at = 0;
    this.running = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.data = null;
    this.size = 0; // of what is seen, in the units of the system
    this.#listen();
  }

  /** Shows the trajectories that the server has told of. */
  show(data) {
    const fresh = !this.data;
    this.data = data;
    if (fresh || this.at >= data.points.length) this.at = 0;
    if (!this.running) this.at = data.points.length - 1;
    this.#next(performance.now());
  }

  stop() {
    this.data = null;
    this.size = 0;
  }

  #next(now) {
    if (this.frame) return;
    this.frame = requestAnimationFrame((then) => {
      this.frame = 0;
      if (!this.data || !this.canvas.isConnected || !this.canvas.clientWidth) return;
      const moments = this.data.points.length;
      const passed = Math.max(0, then - now) / 1000;
      if (this.running) this.at = (this.at + passed * (moments / SECONDS)) % moments;
      this.#paint();
      if (this.running) this.#next(then);
    });
  }

  /** Follows what is to be seen, without haste: the middle of the trails, and how far they reach. */
  #frame(trail) {
    const seen = trail.flatMap((moment) => [0, 3, 6].map((i) => moment.slice(i, i + 3)));
    const middle = [0, 1, 2].map((i) => seen.reduce((sum, point) => sum + point[i], 0) / seen.length);
    const size = Math.max(1e-9, ...seen.map((point) => Math.hypot(...point.map((v, i) => v - middle[i]))));
    const haste = this.size && this.running ? 0.08 : 1;
    this.middle = this.size ? this.middle.map((v, i) => v + haste * (middle[i] - v)) : middle;
    this.size = this.size ? this.size * (size / this.size) ** haste : size;
  }

  #project([px, py, pz]) {
    const [x, y, z] = [px, py, pz].map((v, i) => (v - this.middle[i]) / this.size);
    const across = x * Math.cos(this.turn) - y * Math.sin(this.turn);
    const away = x * Math.sin(this.turn) + y * Math.cos(this.turn);
    const up = z * Math.cos(this.tilt) - away * Math.sin(this.tilt);
    const deep = z * Math.sin(this.tilt) + away * Math.cos(this.tilt);
    const scale = (this.near * this.canvas.width * 0.42) / Math.max(0.2, 1 + deep / 4);
    return [this.canvas.width / 2 + across * scale, this.canvas.height / 2 - up * scale, scale];
  }

  #paint() {
    const context = this.canvas.getContext("2d"), { width, height } = this.canvas;
    const { points, twin, masses, step } = this.data, now = Math.floor(this.at);
    this.#frame(points.slice(Math.max(0, now - TRAIL), now + 1));
    context.globalAlpha = 1;
    context.fillStyle = "#08090b";
    context.fillRect(0, 0, width, height);
    const heaviest = Math.max(...masses);
    [[twin, true], [points, false]].forEach(([moments, isTwin]) => {
      if (!moments.length) return;
      for (let body = 0; body < 3; body += 1) {
        const where = (i) => this.#project(moments[i].slice(3 * body, 3 * body + 3));
        const last = Math.min(now, moments.length - 1);
        context.strokeStyle = isTwin ? "#ffffff" : COLOURS[body];
        context.globalAlpha = isTwin ? 0.35 : 0.8;
        context.setLineDash(isTwin ? [3, 4] : []);
        context.beginPath();
        for (let i = Math.max(0, last - TRAIL); i <= last; i += 1) {
          const [x, y] = where(i);
          if (i === Math.max(0, last - TRAIL)) context.moveTo(x, y);
          else context.lineTo(x, y);
        }
        context.stroke();
        context.setLineDash([]);
        const [x, y, scale] = where(last);
        const radius = Math.max(2, Math.min(7, 0.03 * scale * Math.cbrt(masses[body] / heaviest)));
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        if (isTwin) context.stroke();
        else {
          context.fillStyle = COLOURS[body];
          context.fill();
        }
      }
    });
    context.globalAlpha = 1;
    context.fillStyle = "#fff";
    context.font = `${Math.round(width / 22)}px system-ui, sans-serif`;
    context.fillText(`t = ${(now * step).toFixed(2)}${this.#parted(now)}`, 8, height - 10);
  }

  /** How far body 1 is from its twin. */
  #parted(now) {
    const { points, twin, critical_distance: critical } = this.data;
    if (!twin[now]) return "";
    const far = Math.hypot(...[0, 1, 2].map((i) => points[now][i] - twin[now][i]));
    return `   apart ${far.toPrecision(3)}${far > critical ? " ✕" : ""}`;
  }

  #again() {
    if (this.data) this.#next(performance.now());
  }

  #listen() {
    const { canvas } = this;
    let held = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      held = { x: event.clientX, y: event.clientY, moved: false };
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!held) return;
      this.turn += (event.clientX - held.x) / 80;
      this.tilt += (event.clientY - held.y) / 80;
      const moved = held.moved || Math.hypot(event.clientX - held.x, event.clientY - held.y) > 2;
      held = { x: event.clientX, y: event.clientY, moved };
      this.#again();
    });
    canvas.addEventListener("pointerup", () => {
      if (held && !held.moved) this.running = !this.running;
      held = null;
      this.#again();
    });
    canvas.addEventListener("wheel", (event) => {
      if (!this.data) return;
      event.preventDefault();
      this.near *= 2 ** (-event.deltaY / 400);
      this.#again();
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const acts = {
        ArrowLeft: () => (this.turn -= 0.1), ArrowRight: () => (this.turn += 0.1),
        ArrowUp: () => (this.tilt += 0.1), ArrowDown: () => (this.tilt -= 0.1),
        "+": () => (this.near *= 1.2), "-": () => (this.near /= 1.2),
        " ": () => (this.running = !this.running),
      };
      if (!acts[event.key] || !this.data) return;
      event.preventDefault();
      acts[event.key]();
      this.#again();
    });
  }
}
