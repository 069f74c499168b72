// Small signs beside a unit for its events: strokes in a unit square, shown briefly.

const REACH = 9; // radius of a sign on the screen

const CHECK = [[[-0.5, 0.05], [-0.1, 0.45], [0.55, -0.45]]];
const CROSS = [[[-0.45, -0.45], [0.45, 0.45]], [[0.45, -0.45], [-0.45, 0.45]]];
const RAYS = Array.from({ length: 8 }, (_, at) => {
  const angle = (at * Math.PI) / 4;
  return [[0.2 * Math.cos(angle), 0.2 * Math.sin(angle)], [0.75 * Math.cos(angle), 0.75 * Math.sin(angle)]];
});
const QUESTION = [[[-0.32, -0.3], [-0.2, -0.58], [0.2, -0.58], [0.34, -0.28], [0.02, 0.02], [0.0, 0.22]], [[0, 0.5], [0, 0.56]]];

export const SIGNS = {
  MINE: { colour: "hit", strokes: RAYS },
  MINE_CLEARED: { colour: "mine", strokes: CHECK },
  REINFORCED: { colour: "ink", strokes: [[[-0.5, 0.05], [0, -0.5], [0.5, 0.05]], [[-0.5, 0.5], [0, -0.05], [0.5, 0.5]]] },
  SUPPLIED: { colour: "ink", strokes: [[[-0.5, 0], [0.5, 0]], [[0, -0.5], [0, 0.5]]] },
  OUTAGE: { colour: "cut", strokes: [[[0.2, -0.6], [-0.25, 0.08], [0.2, 0.08], [-0.2, 0.62]]] },
  APPROVAL_ASKED: { colour: "select", strokes: QUESTION },
  APPROVAL_GRANTED: { colour: "stopped", strokes: CHECK },
  APPROVAL_DENIED: { colour: "hit", strokes: CROSS },
  APPROVAL_TIMEOUT: { colour: "cut", strokes: [[[0, -0.5], [0, 0], [0.36, 0.22]]] },
  APPROVAL_WITHDRAWN: { colour: "lost", strokes: [[[-0.45, 0], [0.45, 0]]] },
};

// Beside the unit at a spot; the older (0 to 1), the fainter.
export function drawSign(context, { colours, size }, { outcome }, spot, age) {
  if (!spot || age > 1) return;
  const { colour, strokes } = SIGNS[outcome];
  const x = spot.x - size * 0.7;
  const y = spot.y - size * 0.75;
  context.globalAlpha = Math.min(1, 1.3 - age);
  context.beginPath();
  context.arc(x, y, REACH, 0, 2 * Math.PI);
  context.fillStyle = colours.halo;
  context.fill();
  context.strokeStyle = colours[colour];
  context.lineWidth = 1.4;
  context.stroke();
  context.beginPath();
  for (const stroke of strokes) {
    stroke.forEach(([sx, sy], at) => (at === 0 ? context.moveTo(x + sx * REACH, y + sy * REACH) : context.lineTo(x + sx * REACH, y + sy * REACH)));
  }
  context.lineWidth = 1.8;
  context.stroke();
  context.globalAlpha = 1;
}
