// A banner for folders changed after their run: the page is then no evidence of that run.
// The server compares digests in the background; the page polls for the result.

import { getJson } from "./source.js";
import { byId, el, t } from "./text.js";

const ASK_AGAIN_MS = 1000;
const asked = new Set();

export async function watchChanges(path, name) {
  if (asked.has(path)) return;
  asked.add(path);
  let answer = await getJson(path);
  while (!answer.checked) {
    await new Promise((next) => setTimeout(next, ASK_AGAIN_MS));
    answer = await getJson(path);
  }
  if (answer.changed.length) show(t("folder.changed", { files: answer.changed.join(", "), name }));
}

function show(text) {
  const banner = byId("changed") ?? el("div", { id: "changed", role: "alert" });
  banner.append(el("p", {}, text));
  byId("message").before(banner);
}
