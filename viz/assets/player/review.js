// The after-action review: marked moments with notes, stored with the run on the server; exported as an HTML file.

import { getJson } from "./source.js";
import { emit } from "./store.js";
import { exportReport } from "./review_export.js";
import { markElement } from "./review_mark.js";
import { byId, clockText, el, t } from "./text.js";

const SAVE_AFTER_MS = 500;
const UNDO_MS = 15000;
const FIELDS = ["title", "note", "cause", "lesson", "category", "until_s"];
const NEW = { title: "", note: "", cause: "", lesson: "", category: "", until_s: null };

export class Review {
  constructor(clock, changed) {
    this.clock = clock;
    this.marks = [];
    this.known = new Map(); // id -> the fields of the mark as the server has them
    this.removed = new Map(); // id -> mark taken out here and not yet on the server
    this.changed = changed;
    this.status = el("span", { class: "count", role: "status" });
    this.told = el("p", { class: "count", role: "status" });
    this.list = el("div", { class: "marks" });
    this.export = el("button", { id: "review-export", class: "button", onclick: () => this._export() }, t("review.export"));
    byId("panel-review").append(
      el("div", { class: "filters" }, el("button", { id: "review-add", class: "button", onclick: () => emit("mark") }, t("review.mark")), this.export, this.status),
      this.told,
      this.list,
    );
    this._saving = Promise.resolve();
    window.addEventListener("pagehide", () => this._leave());
  }

  async setRun(run, lang, views) {
    await this.flush();
    this.url = `/replay/${encodeURIComponent(run)}/review.json`;
    this.run = run;
    this.lang = lang;
    this.views = views;
    const review = await getJson(this.url);
    this.removed.clear();
    this._take(review.marks);
    this.render();
  }

  async _export() {
    await this.flush();
    await exportReport(this.run, this.views, this.lang, this.marks).catch((error) => emit("problem", error.message));
  }

  add(mark) {
    this.marks.push({ id: Math.random().toString(36).slice(2, 10), ...NEW, ...mark });
    this.marks.sort((one, two) => one.time_s - two.time_s);
    this.render();
    this.save();
    this.flush(); // with its picture it is too large to be sent while the page is left
  }

  // Put the cursor into the title of the mark of a moment and view; false without one.
  focusAt(time, view) {
    const mark = this.marks.find((one) => Math.abs(one.time_s - time) < 0.05 && one.view === view);
    const element = mark && this.list.querySelector(`.mark[data-id="${CSS.escape(mark.id)}"]`);
    element?.querySelector("input")?.focus();
    element?.scrollIntoView({ block: "nearest" });
    return Boolean(mark);
  }

  // The mark after (or before) a time.
  neighbour(time, direction) {
    const later = this.marks.filter((mark) => (mark.time_s - time) * direction > 0.05);
    return direction > 0 ? later[0] : later.at(-1);
  }

  // The range to loop at a time: that of a mark about it, otherwise from the mark before to the mark after it.
  rangeAt(time) {
    const own = this.marks.filter((mark) => mark.until_s > mark.time_s && mark.time_s <= time + 0.05 && time <= mark.until_s + 0.05).at(-1);
    if (own) return { from: own.time_s, to: own.until_s };
    const before = this.marks.filter((mark) => mark.time_s <= time + 0.05).at(-1);
    const after = this.marks.find((mark) => mark.time_s > time + 0.05);
    return before && after ? { from: before.time_s, to: after.time_s } : null;
  }

  // Take over the marks as the server has them.
  _take(marks) {
    this.marks = marks;
    this.known = new Map(marks.map((mark) => [mark.id, fieldsOf(mark)]));
  }

  render() {
    this.list.replaceChildren(...(this.marks.length ? this.marks.map((mark) => this._element(mark)) : [el("p", { class: "empty" }, t("review.empty"))]));
    this.changed(this.marks);
  }

  _element(mark) {
    return markElement(mark, {
      edited: (field, element, value) => {
        element.mark[field] = value;
        this.save();
        if (field === "title" || field === "until_s") this.changed(this.marks);
      },
      remove: (element) => this._remove(element.mark),
      now: () => this.clock.time,
    });
  }

  _remove(mark) {
    this.marks = this.marks.filter((one) => one.id !== mark.id);
    this.removed.set(mark.id, mark);
    this.render();
    this.save();
    const undo = el("button", { class: "link", id: "review-undo" }, t("review.undo"));
    const told = el("span", {}, `${t("review.deleted", { time: clockText(mark.time_s) })} `, undo);
    undo.addEventListener("click", () => {
      told.remove();
      this.removed.delete(mark.id);
      this.known.delete(mark.id);
      this.marks = [...this.marks, mark].sort((one, two) => one.time_s - two.time_s);
      this.render();
      this.save();
    });
    this.told.replaceChildren(told);
    setTimeout(() => told.remove(), UNDO_MS);
  }

  save() {
    this.status.textContent = t("review.saving");
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this.flush(), SAVE_AFTER_MS);
  }

  // Differences from the server: whole marks if new, otherwise only fields.
  _changes() {
    const put = [];
    for (const mark of this.marks) {
      const was = this.known.get(mark.id);
      if (!was) put.push({ ...mark });
      else if (FIELDS.some((key) => was[key] !== mark[key])) put.push({ id: mark.id, time_s: mark.time_s, ...fieldsOf(mark), was });
    }
    const remove = [...this.removed.values()].filter((mark) => this.known.has(mark.id))
      .map((mark) => ({ id: mark.id, time_s: mark.time_s, ...fieldsOf(mark), was: this.known.get(mark.id) }));
    return { put, remove };
  }

  _request(changes, options = {}) {
    return { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(changes), ...options };
  }

  // Save pending changes, by sequential requests. The response is the review of all windows.
  flush() {
    if (!this._timer) return this._saving;
    clearTimeout(this._timer);
    this._timer = null;
    this._saving = this._saving.then(async () => {
      const changes = this._changes();
      const sent = new Map(this.marks.map((mark) => [mark.id, fieldsOf(mark)]));
      try {
        const saved = await getJson(this.url, this._request(changes));
        for (const { id } of changes.remove) this.removed.delete(id);
        this._merge(saved, sent);
        this.status.textContent = this._timer ? t("review.saving") : t("review.saved");
        const doubled = Object.keys(saved.copies ?? {}).length;
        if (doubled) emit("problem", t("review.doubled", { n: doubled }));
      } catch (error) {
        this.status.textContent = t("review.not_saved");
        emit("problem", `${t("review.not_saved")} ${error.message}`);
      }
    });
    return this._saving;
  }

  // Merge the server's marks with edits made since `sent` was read.
  _merge(saved, sent) {
    const mine = new Map(this.marks.map((mark) => [saved.copies?.[mark.id] ?? mark.id, mark]));
    const known = new Map(saved.marks.map((mark) => [mark.id, fieldsOf(mark)]));
    const before = this._shown();
    const marks = saved.marks.filter((mark) => !this.removed.has(mark.id));
    let lacking = []; // deleted elsewhere while their texts were changed here: the server has no picture of them
    for (const mark of marks) {
      const own = mine.get(mark.id);
      if (!own) continue;
      for (const key of FIELDS) if (own[key] !== sent.get(own.id)?.[key]) mark[key] = own[key];
      if (own.picture && !mark.picture) [mark.picture, lacking] = [own.picture, [...lacking, mark.id]];
    }
    const there = new Set(saved.marks.map((mark) => mark.id));
    const added = [...mine.values()].filter((mark) => !there.has(mark.id) && !sent.has(mark.id));
    this.marks = [...marks, ...added].sort((one, two) => one.time_s - two.time_s);
    this.known = known;
    for (const id of lacking) known.delete(id);
    if (lacking.length) this.save();
    if (this._shown() !== before) this._renderInPlace();
    else this._rebind();
  }

  _shown() {
    return JSON.stringify(this.marks.map((mark) => [mark.id, fieldsOf(mark)]));
  }

  // The elements stay; their input goes to the current marks.
  _rebind() {
    for (const element of this.list.querySelectorAll(".mark")) element.mark = this.marks.find((mark) => mark.id === element.dataset.id) ?? element.mark;
    this.changed(this.marks);
  }

  // Redraw the list, keeping the cursor during typing.
  _renderInPlace() {
    const active = document.activeElement;
    const id = active?.closest?.(".mark")?.dataset.id;
    const [start, end] = id ? [active.selectionStart, active.selectionEnd] : [0, 0];
    this.render();
    if (!id) return;
    const again = this.list.querySelector(`.mark[data-id="${CSS.escape(id)}"] ${active.tagName.toLowerCase()}`);
    again?.focus();
    if (again?.setSelectionRange) again.setSelectionRange(start, end);
  }

  // The page closes: send pending input.
  _leave() {
    if (!this._timer) return;
    clearTimeout(this._timer);
    this._timer = null;
    fetch(this.url, this._request(this._changes(), { keepalive: true })).catch(() => undefined);
  }
}

function fieldsOf(mark) {
  return Object.fromEntries(FIELDS.map((key) => [key, mark[key]]));
}
