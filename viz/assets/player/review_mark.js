// The form of a mark: time and range, title, category, what happened, cause, lesson, picture.

import { code } from "./codes.js";
import { emit } from "./store.js";
import { clockText, el, t } from "./text.js";
import { viewLabel } from "./top_bar.js";

const LONG = { note: 3, cause: 2, lesson: 2 }; // rows of the long texts

// `edited(field, element, value)` and `remove(element)` are called with the element, whose `mark` is the current one;
// `now` returns the time of the replay.
export function markElement(mark, { edited, remove, now }) {
  let element = null;
  const input = (field) => ({ "aria-label": t(`review.${field}`), oninput: (event) => edited(field, element, event.target.value) });
  const title = el("input", { type: "text", maxlength: "200", placeholder: t("review.title"), ...input("title") });
  title.value = mark.title;
  const category = el("select", { class: "category", ...input("category") }, el("option", { value: "" }, t("review.category")), ...Object.keys(code.category).map((name) => el("option", { value: name }, t(`category.${name}`))));
  category.value = mark.category ?? "";
  const texts = Object.entries(LONG).map(([field, rows]) => {
    const area = el("textarea", { rows, maxlength: "4000", placeholder: t(`review.${field}`), dataset: { field }, ...input(field) });
    area.value = mark[field] ?? "";
    return area;
  });
  const until = el("button", { class: "link until" });
  const showUntil = () => {
    const { time_s: from, until_s: to } = element.mark;
    until.textContent = to > from ? `– ${clockText(to)}` : t("review.to_now");
    loop.hidden = !(to > from);
  };
  // The present ends the range; at or before the mark, the range is taken away.
  until.addEventListener("click", () => {
    edited("until_s", element, now() > element.mark.time_s + 0.05 ? Math.round(now() * 10) / 10 : null);
    showUntil();
  });
  until.title = t("review.to_now_hint");
  const loop = el("button", { class: "link until", title: t("review.loop"), onclick: () => {
    emit("go-to-mark", element.mark);
    emit("loop", { from: element.mark.time_s, to: element.mark.until_s });
  } }, t("loop.button"));
  element = el(
    "article",
    { class: "mark", dataset: { id: mark.id } },
    el("div", { class: "mark-head" },
      el("button", { class: "link", onclick: () => emit("go-to-mark", element.mark) }, clockText(mark.time_s)), until, loop,
      el("small", {}, viewLabel(mark.view)),
      el("button", { class: "button small", title: t("review.delete"), "aria-label": t("review.delete"), onclick: () => remove(element) }, "×")),
    title, category, ...texts,
    mark.picture ? el("img", { src: mark.picture, alt: mark.title || t("review.moment") }) : null,
  );
  element.mark = mark;
  showUntil();
  return element;
}
