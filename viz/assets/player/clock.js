// The time of the replay: an animation loop in the browser.

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

export class Clock {
  constructor(draw) {
    this.time = 0;
    this.duration = 0;
    this.step = 1; // seconds per step: the interval between frames
    this.speed = 16;
    this.playing = false;
    this.waiting = () => false; // true while the next frames are not loaded yet
    this.frames = 0; // animation frames drawn, for the benchmark
    this.changed = () => {}; // after a seek, play, pause or change of speed
    this.loop = null; // {from, to} of the stretch that is played again and again
    this._draw = draw;
    this._last = 0;
    requestAnimationFrame((now) => this._loop(now));
  }

  _loop(now) {
    requestAnimationFrame((next) => this._loop(next));
    const passed = Math.min(0.25, (now - this._last) / 1000);
    this._last = now;
    if (this.playing && !this.waiting()) {
      this.time = Math.min(this.duration, this.time + passed * this.speed);
      if (this.loop && this.time >= this.loop.to) this.time = this.loop.from;
      else if (this.time >= this.duration) this.pause();
    }
    this._draw(now, this.playing);
    this.frames += 1;
  }

  play() {
    if (this.duration <= 0) return;
    if (this.loop && (this.time < this.loop.from || this.time >= this.loop.to)) this.time = this.loop.from;
    else if (this.time >= this.duration) this.time = 0;
    this.playing = true;
    this.changed();
  }

  pause() {
    this.playing = false;
    this.changed();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  seek(time) {
    this.time = Math.max(0, Math.min(this.duration, Number.isFinite(time) ? time : 0));
    this.changed();
  }

  setLoop(loop) {
    this.loop = loop;
    this.changed();
  }

  // Step by whole frames; the time snaps to a frame.
  stepBy(frames) {
    this.playing = false;
    const at = this.time / this.step;
    const from = frames > 0 ? Math.floor(at + 1e-6) : Math.ceil(at - 1e-6);
    this.seek((from + frames) * this.step);
  }

  setSpeed(speed) {
    this.speed = Math.max(SPEEDS[0], Math.min(SPEEDS.at(-1), speed));
    this.changed();
  }
}
