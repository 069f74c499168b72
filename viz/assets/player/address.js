// The moment in the address: run, time, view, selection and map, so that a link opens at that second.

export function readAddress(hash = location.hash) {
  const values = new URLSearchParams(hash.slice(1));
  const map = (values.get("map") ?? "").split(",").map(Number);
  const time = Number(values.get("t"));
  return {
    run: values.get("run"),
    other: values.get("with"),
    view: values.get("view"),
    unit: values.get("unit"),
    line: numbers(values.get("line"), 6),
    time: values.has("t") && Number.isFinite(time) ? time : null,
    map: map.length === 3 && map.every(Number.isFinite) ? { x: map[0], y: map[1], zoom: map[2] } : null,
    batch: values.get("batch"),
  };
}

function numbers(text, n) {
  const values = (text ?? "").split(",").map(Number);
  return text && values.length === n && values.every(Number.isFinite) ? values : null;
}

export function writeAddress({ run, other, view, unit, time, map, line, batch }) {
  const values = new URLSearchParams();
  if (batch) values.set("batch", batch);
  if (run) values.set("run", run);
  if (other) values.set("with", other);
  if (view) values.set("view", view);
  if (time !== undefined) values.set("t", time.toFixed(1));
  if (unit) values.set("unit", unit);
  if (line) values.set("line", line.join(","));
  if (map) values.set("map", `${map.x.toFixed(0)},${map.y.toFixed(0)},${map.zoom.toFixed(2)}`);
  const hash = `#${values}`;
  if (hash !== location.hash) history.replaceState(history.state, "", `${location.pathname}${location.search}${hash}`);
}
