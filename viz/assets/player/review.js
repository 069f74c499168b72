// The after-action review: marked moments with notes, kept beside the run on the server; exported as one HTML file.

import { getJson } from "./source.js";
import { emit } from "./store.js";
import { byId, clockText, el, t } from "./text.js";
import { viewLabel } from "./top_bar.js";

const SAVE_AFTER_MS = 500;

export class Review {
  constructor(changed) {
    this.marks = [];
    this.revision = 0;
    this.changed = changed;
    this.status = el("span", { class: "count", role: "status" });
    this.list = el("div", { class: "marks" });
    this.export = el("a", { id: "review-export", class: "button", download: "" }, t("review.export"));
    byId("panel-review").append(
      el("div", { class: "filters" }, el("button", { id: "review-add", class: "button", onclick: () => emit("mark") }, t("review.mark")), this.export, this.status),
      this.list,
    );
    this._saving = Promise.resolve();
  }

  async setRun(run, lang) {
    await this.flush();
    this.url = `/replay/${encodeURIComponent(run)}/review.json`;
    this.export.href = `/replay/${encodeURIComponent(run)}/review.html?lang=${lang}`;
    const review = await getJson(this.url);
    this.marks = review.marks;
    this.revision = review.revision;
    this.render();
  }

  add(mark) {
    this.marks.push({ id: Math.random().toString(36).slice(2, 10), title: "", note: "", ...mark });
    this.marks.sort((one, two) => one.time_s - two.time_s);
    this.render();
    this.save();
  }

  render() {
    this.list.replaceChildren(...(this.marks.length ? this.marks.map((mark) => this._element(mark)) : [el("p", { class: "empty" }, t("review.empty"))]));
    this.changed(this.marks);
  }

  _element(mark) {
    const edit = (field) => (event) => {
      mark[field] = event.target.value;
      this.save();
      if (field === "title") this.changed(this.marks);
    };
    const title = el("input", { type: "text", maxlength: "200", placeholder: t("review.title"), "aria-label": t("review.title"), oninput: edit("title") });
    title.value = mark.title;
    const note = el("textarea", { rows: 3, maxlength: "4000", placeholder: t("review.note"), "aria-label": t("review.note"), oninput: edit("note") });
    note.value = mark.note;
    const remove = () => {
      this.marks.splice(this.marks.indexOf(mark), 1);
      this.render();
      this.save();
    };
    const picture = mark.picture ? el("img", { src: mark.picture, alt: mark.title || t("review.moment") }) : null;
    return el(
      "article",
      { class: "mark", dataset: { id: mark.id } },
      el("div", { class: "mark-head" },
        el("button", { class: "link", onclick: () => emit("go-to-mark", mark) }, clockText(mark.time_s)),
        el("small", {}, viewLabel(mark.view)),
        el("button", { class: "button small", title: t("review.delete"), "aria-label": t("review.delete"), onclick: remove }, "×")),
      title, note, picture,
    );
  }

  save() {
    this.status.textContent = t("review.saving");
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this.flush(), SAVE_AFTER_MS);
  }

  // Write what is not yet written; one request after the other, so that revisions follow each other.
  flush() {
    if (!this._timer) return this._saving;
    clearTimeout(this._timer);
    this._timer = null;
    this._saving = this._saving.then(async () => {
      try {
        const body = JSON.stringify({ schema_version: 1, revision: this.revision, marks: this.marks });
        const saved = await getJson(this.url, { method: "PUT", headers: { "Content-Type": "application/json" }, body });
        this.revision = saved.revision;
        this.status.textContent = t("review.saved");
      } catch (error) {
        this.status.textContent = t("review.not_saved");
        emit("problem", `${t("review.not_saved")} ${error.message}`);
      }
    });
    return this._saving;
  }
}
