// UTM and MGRS references of places on WGS84, between 80° south and 84° north.
// Sources: L. Krüger, Konforme Abbildung des Erdellipsoids in der Ebene (1912), series in the third flattening n up to
// n^5 as in C. F. F. Karney, Transverse Mercator with an accuracy of a few nanometers, J. Geodesy 85 (2011); NGA.STND.0037
// (2014), Universal Grids, for zones, bands and letters.

const A = 6378137;
const F = 1 / 298.257223563;
const N = F / (2 - F);
const E = Math.sqrt(F * (2 - F));
const K0 = 0.9996;
const RECTIFYING_M = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const ALPHA = [
  N / 2 - (2 * N ** 2) / 3 + (5 * N ** 3) / 16 + (41 * N ** 4) / 180 - (127 * N ** 5) / 288,
  (13 * N ** 2) / 48 - (3 * N ** 3) / 5 + (557 * N ** 4) / 1440 + (281 * N ** 5) / 630,
  (61 * N ** 3) / 240 - (103 * N ** 4) / 140 + (15061 * N ** 5) / 26880,
  (49561 * N ** 4) / 161280 - (179 * N ** 5) / 168,
  (34729 * N ** 5) / 80640,
];
const BANDS = "CDEFGHJKLMNPQRSTUVWX";
const COLUMNS = "ABCDEFGHJKLMNPQRSTUVWXYZ"; // without I and O
const ROWS = "ABCDEFGHJKLMNPQRSTUV";
const EDGE_M = 1e-6; // a place this near below a grid line lies on it: rounding of the series

export const inMgrs = (latitude) => latitude >= -80 && latitude <= 84;

// Zone of a place, with the exceptions of southern Norway and of Svalbard.
export function zoneOf(longitude, latitude) {
  const lon = ((((longitude + 180) % 360) + 360) % 360) - 180;
  if (latitude >= 56 && latitude < 64 && lon >= 3 && lon < 12) return 32;
  if (latitude >= 72 && lon >= 0 && lon < 42) return lon < 9 ? 31 : lon < 21 ? 33 : lon < 33 ? 35 : 37;
  return Math.floor((lon + 180) / 6) + 1;
}

export function bandOf(latitude) {
  return BANDS[Math.min(BANDS.length - 1, Math.floor((latitude + 80) / 8))];
}

// Easting and northing [m] of a place in a zone; the northing is negative south of the equator.
export function toUtm(longitude, latitude, zone) {
  const away = ((((longitude - (6 * zone - 183) + 180) % 360) + 360) % 360) - 180;
  const lambda = (away * Math.PI) / 180;
  const sin = Math.sin((latitude * Math.PI) / 180);
  const t = Math.sinh(Math.atanh(sin) - E * Math.atanh(E * sin));
  const xi = Math.atan2(t, Math.cos(lambda));
  const eta = Math.asinh(Math.sin(lambda) / Math.hypot(t, Math.cos(lambda)));
  let [x, y] = [eta, xi];
  ALPHA.forEach((alpha, k) => {
    const order = 2 * (k + 1);
    x += alpha * Math.cos(order * xi) * Math.sinh(order * eta);
    y += alpha * Math.sin(order * xi) * Math.cosh(order * eta);
  });
  return [500000 + K0 * RECTIFYING_M * x, K0 * RECTIFYING_M * y];
}

// Letters of the square of 100 km that holds a place of a zone.
export function squareOf(zone, easting, northing) {
  const column = COLUMNS[(8 * ((zone - 1) % 3) + Math.floor(easting / 100000) - 1 + 24) % 24];
  const row = Math.floor(northing / 100000) + (zone % 2 ? 0 : 5);
  return column + ROWS[((row % 20) + 20) % 20];
}

// MGRS reference with 1 to 5 digits, in groups, as in "52S CG 21424 59640"; empty towards the poles.
export function mgrsText(longitude, latitude, digits = 5) {
  if (!inMgrs(latitude)) return "";
  const zone = zoneOf(longitude, latitude);
  const [easting, northing] = toUtm(longitude, latitude, zone).map((metres) => metres + EDGE_M);
  const group = (metres) => String(Math.floor((((metres % 100000) + 100000) % 100000) / 10 ** (5 - digits))).padStart(digits, "0");
  return `${zone}${bandOf(latitude)} ${squareOf(zone, easting, northing)} ${group(easting)} ${group(northing)}`;
}

// The middle of the square that a reference names, as [longitude, latitude]; null for a text that is no reference.
export function fromMgrs(text) {
  const parts = /^(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])((?:\d\d){0,5})$/.exec(text.toUpperCase().replace(/\s/g, ""));
  if (!parts) return null;
  const [zone, half] = [Number(parts[1]), parts[5].length / 2];
  const column = COLUMNS.indexOf(parts[3]) - 8 * ((zone - 1) % 3) + 1;
  if (zone < 1 || zone > 60 || column < 1 || column > 8) return null;
  const size = 10 ** (5 - half);
  const within = (digits) => (Number(digits || 0) + 0.5) * size;
  const easting = column * 100000 + within(parts[5].slice(0, half));
  const row = (ROWS.indexOf(parts[4]) - (zone % 2 ? 0 : 5) + 20) % 20;
  const middle = (BANDS.indexOf(parts[2]) * 8 - 76) * DEGREE_M; // of the band; its rows repeat after 2,000 km
  const northing = row * 100000 + within(parts[5].slice(half));
  return fromUtm(zone, easting, northing + Math.round((middle - northing) / 2000000) * 2000000);
}

const DEGREE_M = 111000; // about
const STEPS = 30; // each leaves less than a fifth of the error

function fromUtm(zone, easting, northing) {
  let [longitude, latitude] = [6 * zone - 183, northing / DEGREE_M];
  for (let step = 0; step < STEPS; step += 1) {
    const [x, y] = toUtm(longitude, latitude, zone);
    latitude = Math.max(-89, Math.min(89, latitude + (northing - y) / DEGREE_M));
    longitude += (easting - x) / (DEGREE_M * Math.cos((latitude * Math.PI) / 180));
  }
  return [longitude, latitude];
}
