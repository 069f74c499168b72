// The classification: a line above and below the page, and on every picture made of it. Absent unless the scenario or
// the command gives one.

import { el } from "./text.js";

export const PICTURE_PX = 18; // height of a line on a picture

// Show the lines given, each once; none takes no space.
export function showBanner(lines) {
  const text = [...new Set(lines.filter(Boolean))].join(" · ");
  for (const bar of document.querySelectorAll(".banner")) bar.remove();
  document.body.toggleAttribute("data-banner", Boolean(text));
  if (!text) return;
  for (const place of ["top", "bottom"]) document.body.append(el("div", { class: `banner ${place}`, role: "note" }, text));
}

// Write the line on the top and bottom of a picture.
export function drawBanner(context, width, height, text) {
  if (!text) return;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#16202a";
  context.fillRect(0, 0, width, PICTURE_PX);
  context.fillRect(0, height - PICTURE_PX, width, PICTURE_PX);
  context.fillStyle = "#ffffff";
  context.font = 'bold 12px "Noto Sans KR", sans-serif';
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const y of [PICTURE_PX / 2, height - PICTURE_PX / 2]) context.fillText(text, width / 2, y + 1, width - 12);
  context.restore();
}
