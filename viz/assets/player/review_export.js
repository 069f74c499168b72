// The report of a review: the page adds the words and the symbols, the server makes the file.

import { notable } from "./codes.js";
import { eventText, shotsOf } from "./event_words.js";
import { Source } from "./source.js";
import { sprite } from "./sprites.js";
import { momentsOf } from "./moments.js";
import { lossRows, lossesOf, twoScores, verdictOf } from "./summary.js";
import { clockText, el, sentence, shareText, t } from "./text.js";
import { objectiveText, turningText } from "./turning_words.js";

const AROUND = 5; // events about each mark
const SYMBOL = 30;

export async function exportReport(run, views, lang, marks) {
  const sources = new Map();
  const load = async (view) => {
    const name = views.includes(view) ? view : views[0];
    if (!sources.has(name)) sources.set(name, open(run, name));
    return sources.get(name);
  };
  const story = await storyOf(await load(views[0]));
  story.events = [];
  for (const mark of marks) story.events.push(...eventsAbout(await load(mark.view), mark));
  const response = await fetch(`/replay/${encodeURIComponent(run)}/review.html?lang=${lang}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(story),
  });
  if (!response.ok) throw new Error((await response.json().catch(() => ({}))).error ?? String(response.status));
  const url = URL.createObjectURL(await response.blob());
  const link = el("a", { href: url, download: `review-${run}.html` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

async function open(run, view) {
  const source = await new Source(run, view).open();
  source.events = await source.table("events");
  source.shots = shotsOf(await source.table("shots"));
  return source;
}

// The story at the end of the run, in words.
async function storyOf(source) {
  const [summary, series] = await Promise.all([source.table("summary"), source.table("series")]);
  const duration = source.meta.duration_s;
  const told = verdictOf(source, summary, series, duration, true);
  const decisive = new Set(momentsOf(summary.turning_points, twoScores(series), duration).map(({ point }) => point));
  const symbols = {};
  const lost = lossesOf(source, summary.kinds);
  const losses = source.meta.sides.flatMap((side) => {
    const found = lossRows(source, summary.kinds, lost, side, duration);
    if (!found) return [];
    const rows = found.rows.filter((row) => row.lost).map((row) => ({ side, head: found.head, title: row.title, lost: row.lost, of: row.of, sidc: row.sidc }));
    for (const { sidc } of rows) symbols[sidc] ??= sprite(sidc, SYMBOL).canvas.toDataURL("image/png");
    return rows.length ? rows : [{ side, head: found.head, title: "", lost: 0, of: 0, sidc: "" }];
  });
  return {
    ...told,
    symbols: Object.fromEntries(Object.entries(symbols).filter(([sidc]) => /^\d{20,30}$/.test(sidc))),
    objectives: summary.objectives.map((one) => {
      const share = one.progress ? one.progress.value.at(-1) : -1;
      const met = Number.isFinite(one.met_s) ? `, ${t("summary.met", { time: clockText(one.met_s) })}` : "";
      return { side: one.side, text: sentence(objectiveText(one)), share, state: share >= 0 ? `${shareText(share)}${met}` : "" };
    }),
    points: summary.turning_points.map((point) => ({ time_s: point.time_s, text: turningText(point, summary.objectives, source.meta.sides), is_decisive: decisive.has(point) })),
    losses,
  };
}

// The notable events nearest to a mark, or those of its range; in order of time.
function eventsAbout(source, mark) {
  const { events } = source;
  const end = mark.until_s > mark.time_s ? mark.until_s : mark.time_s;
  const distance = (at) => Math.max(0, mark.time_s - events.time_s[at], events.time_s[at] - end);
  return events.kind.map((_, at) => at)
    .filter((at) => notable.has(events.kind[at]))
    .sort((one, two) => distance(one) - distance(two) || one - two)
    .slice(0, AROUND).sort((one, two) => one - two)
    .map((at) => ({ mark: mark.id, time_s: events.time_s[at], side: source.meta.sides[events.side[at]] ?? "", text: eventText(source, events, at) }));
}
