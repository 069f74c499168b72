// From the local plane (azimuthal equidistant on WGS84) to longitude and latitude: Vincenty's direct formula.
// Source: T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid, Survey Review 23 (1975).

const A = 6378137;
const F = 1 / 298.257223563;
const B = A * (1 - F);

export function toLonLat(origin, x, y) {
  const s = Math.hypot(x, y);
  const lon0 = origin.longitude_deg;
  const lat0 = origin.latitude_deg;
  if (s < 1e-6) return [lon0, lat0];
  const azimuth = Math.atan2(x, y);
  const sinAz = Math.sin(azimuth);
  const cosAz = Math.cos(azimuth);
  const tanU = (1 - F) * Math.tan((lat0 * Math.PI) / 180);
  const cosU = 1 / Math.sqrt(1 + tanU * tanU);
  const sinU = tanU * cosU;
  const sigma1 = Math.atan2(tanU, cosAz);
  const sinAlpha = cosU * sinAz;
  const cosSqAlpha = 1 - sinAlpha * sinAlpha;
  const uSq = (cosSqAlpha * (A * A - B * B)) / (B * B);
  const a = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
  const b = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
  let sigma = s / (B * a);
  let cos2 = 0;
  for (let k = 0; k < 20; k += 1) {
    cos2 = Math.cos(2 * sigma1 + sigma);
    const sin = Math.sin(sigma);
    const cos = Math.cos(sigma);
    const delta =
      b * sin * (cos2 + (b / 4) * (cos * (-1 + 2 * cos2 * cos2) - (b / 6) * cos2 * (-3 + 4 * sin * sin) * (-3 + 4 * cos2 * cos2)));
    const next = s / (B * a) + delta;
    if (Math.abs(next - sigma) < 1e-12) break;
    sigma = next;
  }
  const sin = Math.sin(sigma);
  const cos = Math.cos(sigma);
  const lat = Math.atan2(
    sinU * cos + cosU * sin * cosAz,
    (1 - F) * Math.hypot(sinAlpha, sinU * sin - cosU * cos * cosAz),
  );
  const lambda = Math.atan2(sin * sinAz, cosU * cos - sinU * sin * cosAz);
  const c = (F / 16) * cosSqAlpha * (4 + F * (4 - 3 * cosSqAlpha));
  const lon =
    lambda - (1 - c) * F * sinAlpha * (sigma + c * sin * (cos2 + c * cos * (-1 + 2 * cos2 * cos2)));
  return [lon0 + (lon * 180) / Math.PI, (lat * 180) / Math.PI];
}

export function bearing(fromX, fromY, toX, toY) {
  return ((Math.atan2(toX - fromX, toY - fromY) * 180) / Math.PI + 360) % 360;
}

// From longitude and latitude to the local plane, by steps of its inverse; within some thousand kilometres of the origin.
export function toPlane(origin, longitude, latitude) {
  let [x, y] = [0, 0];
  for (let step = 0; step < 40; step += 1) {
    const [lon, lat] = toLonLat(origin, x, y);
    y += (latitude - lat) * 111000;
    x += ((((longitude - lon + 540) % 360) + 360) % 360 - 180) * 111000 * Math.cos((lat * Math.PI) / 180);
  }
  return [x, y];
}
