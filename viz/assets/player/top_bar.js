// The top bar of the page: selection of run and view, and buttons.

import { emit, remember, set, state } from "./store.js";
import { byId, el, t, word } from "./text.js";

export function viewLabel(view) {
  if (view === "truth" || view === "both") return t(`view.${view}`);
  return word("side", view);
}

export function buildViews(views) {
  const choose = (view) => set({ view });
  const buttons = views.map((view, at) => el("button", {
    class: "button", role: "radio", id: `view-${at}`, dataset: { view },
    title: `${viewLabel(view)} (${at + 1})`, tabindex: state.view === view ? "0" : "-1", "aria-checked": String(state.view === view),
    onclick: () => choose(view),
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const next = (at + step + views.length) % views.length;
      choose(views[next]);
      requestAnimationFrame(() => byId(`view-${next}`)?.focus());
    },
  }, viewLabel(view)));
  byId("view-switch").replaceChildren(...buttons);
}

export function markView() {
  for (const button of byId("view-switch").children) {
    const isChosen = button.dataset.view === state.view;
    button.setAttribute("aria-checked", String(isChosen));
    button.tabIndex = isChosen ? 0 : -1;
  }
}

// Two lists if several runs are open: the run shown, and the run to compare.
export function buildRuns(runs, changed) {
  const choice = byId("run-choice");
  if (runs.length < 2) {
    choice.replaceChildren();
    return;
  }
  const option = (run) => el("option", { value: run.id, title: run.name }, run.name);
  const first = el("select", { id: "run-a", "aria-label": t("top.run") }, ...runs.map(option));
  const second = el("select", { id: "run-b", "aria-label": t("top.compare") }, el("option", { value: "" }, t("top.no_compare")), ...runs.map(option));
  first.value = state.runs[0];
  second.value = state.runs[1] ?? "";
  for (const list of [first, second]) {
    list.title = list.selectedOptions[0]?.textContent ?? "";
    list.addEventListener("input", () => changed([first.value, second.value].filter((id, at) => id && (at === 0 || id !== first.value))));
  }
  const used = document.activeElement?.id;
  choice.replaceChildren(el("label", {}, "A", first), el("label", {}, "B", second));
  [first, second].find(({ id }) => id === used)?.focus(); // letters typed to choose a run are no keys of the page
}

export function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
  set({ theme });
  remember("theme", theme);
}

// Show or hide a tab; the first takes the place of one that is hidden while it is open.
export function showTab(name, isShown) {
  const tab = byId(`tab-${name}`);
  tab.hidden = !isShown;
  if (!isShown && tab.getAttribute("aria-selected") === "true") byId("tab-summary").click();
}

export function listenTabs() {
  const tabs = [...byId("tabs").children];
  const open = (chosen) => {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = !isChosen;
    }
    emit("tab");
  };
  for (const tab of tabs) {
    tab.addEventListener("click", () => open(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const shown = tabs.filter((one) => !one.hidden);
      const next = shown[(shown.indexOf(tab) + step + shown.length) % shown.length];
      open(next);
      next.focus();
    });
  }
}
