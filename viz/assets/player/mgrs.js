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
