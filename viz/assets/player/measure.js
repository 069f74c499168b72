// Measure a distance and a bearing, from one click to the next.

import { bearing } from "./geodesy.js";
import { drawHidden } from "./sight.js";
import { emit } from "./store.js";
import { bearingText } from "./text.js";
import { distanceText } from "./units.js";

export class Measure {
  constructor() {
    this.active = false;
    this.from = null; // metres
    this.to = null;
    this.open = false; // the second point still follows the pointer
    this.profile = null; // of the ground under the line
  }

  get isWhole() {
    return Boolean(this.from) && !this.open && (this.from.x !== this.to.x || this.from.y !== this.to.y);
  }

  set(from, to) {
    Object.assign(this, { active: true, from, to, open: false });
    emit("measured");
  }

  toggle(active = !this.active) {
    this.active = active;
    if (!active) {
      this.from = null;
      this.to = null;
      this.open = false;
    }
    emit("measured");
  }

  click(point) {
    if (!this.open) {
      this.from = point;
      this.to = point;
      this.open = true;
    } else {
      this.to = point;
      this.open = false;
    }
    emit("measured");
  }

  move(point) {
    if (this.open) this.to = point;
  }

  text() {
    if (!this.from) return "";
    const metres = Math.hypot(this.to.x - this.from.x, this.to.y - this.from.y);
    return `${distanceText(metres)}  ${bearingText(bearing(this.from.x, this.from.y, this.to.x, this.to.y))}`;
  }

  draw(context, view, colours) {
    if (!this.from) return;
    const [x1, y1] = [this.from.x * view.scale + view.ox, view.oy - this.from.y * view.scale];
    const [x2, y2] = [this.to.x * view.scale + view.ox, view.oy - this.to.y * view.scale];
    context.strokeStyle = colours.measure;
    context.fillStyle = colours.measure;
    context.lineWidth = 2;
    context.setLineDash([6, 4]);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    context.setLineDash([]);
    drawHidden(context, view, this, colours.cut);
    for (const [x, y] of [[x1, y1], [x2, y2]]) {
      context.beginPath();
      context.arc(x, y, 3.5, 0, 2 * Math.PI);
      context.fill();
    }
    this.box = [(x1 + x2) / 2 - 70, (y1 + y2) / 2 - 24, (x1 + x2) / 2 + 70, (y1 + y2) / 2 - 4];
    context.font = 'bold 13px "Noto Sans KR", sans-serif';
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.lineWidth = 4;
    context.strokeStyle = colours.halo;
    context.strokeText(this.text(), (x1 + x2) / 2, (y1 + y2) / 2 - 6);
    context.fillText(this.text(), (x1 + x2) / 2, (y1 + y2) / 2 - 6);
  }
}
