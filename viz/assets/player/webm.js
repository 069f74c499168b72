// A WebM file of encoded pictures (EBML, one video track). The pictures have equal intervals, so that length and number
// are exact, whatever time it took to make them.

const HEADER = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const CUES = 0x1c53bb6b;
const SOFTWARE = "Chammo";

// Bytes of an identifier, which holds its own length.
function idBytes(id) {
  const bytes = [];
  for (let rest = id; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

// A length of 8 bytes: the first byte has the mark of that length.
function sizeBytes(size) {
  const bytes = [1];
  for (let at = 6; at >= 0; at -= 1) bytes.push(Math.floor(size / 256 ** at) % 256);
  return bytes;
}

function numberBytes(value) {
  const bytes = [];
  for (let rest = value; rest > 0 || !bytes.length; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return new Uint8Array(bytes);
}

function floatBytes(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

// An element: its parts, and their bytes in all.
function element(id, ...content) {
  const parts = content.flatMap((one) => (one.parts ? one.parts : [typeof one === "number" ? numberBytes(one) : typeof one === "string" ? new TextEncoder().encode(one) : one]));
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const head = new Uint8Array([...idBytes(id), ...sizeBytes(size)]);
  return { parts: [head, ...parts], size: head.length + size };
}

function simpleBlock({ data, isKey }, offset) {
  const head = new Uint8Array([0x81, (offset >> 8) & 255, offset & 255, isKey ? 0x80 : 0]);
  return { parts: element(0xa3, head, data).parts };
}

// The file of pictures {data: Uint8Array, isKey}, the first of which is whole (isKey), as a Blob.
export function webmFile(pictures, { width, height, fps, codec = "V_VP8" }) {
  const header = element(HEADER, element(0x4286, 1), element(0x42f7, 1), element(0x42f2, 4), element(0x42f3, 8), element(0x4282, "webm"), element(0x4287, 2), element(0x4285, 2));
  const timeOf = (at) => Math.round((at * 1000) / fps);
  const info = element(INFO, element(0x2ad7b1, 1e6), element(0x4489, floatBytes((pictures.length * 1000) / fps)), element(0x4d80, SOFTWARE), element(0x5741, SOFTWARE));
  const video = element(0xe0, element(0xb0, width), element(0xba, height));
  const tracks = element(TRACKS, element(0xae, element(0xd7, 1), element(0x73c5, 1), element(0x83, 1), element(0x23e383, Math.round(1e9 / fps)), element(0x86, codec), video));
  const clusters = [];
  const cues = [];
  let position = info.size + tracks.size;
  for (let first = 0; first < pictures.length; ) {
    let end = first + 1;
    while (end < pictures.length && !pictures[end].isKey) end += 1;
    const blocks = pictures.slice(first, end).map((one, at) => simpleBlock(one, timeOf(first + at) - timeOf(first)));
    const cluster = element(CLUSTER, element(0xe7, timeOf(first)), ...blocks);
    cues.push(element(0xbb, element(0xb3, timeOf(first)), element(0xb7, element(0xf7, 1), element(0xf1, position))));
    clusters.push(cluster);
    position += cluster.size;
    first = end;
  }
  const segment = element(SEGMENT, info, tracks, ...clusters, element(CUES, ...cues));
  return new Blob([...header.parts, ...segment.parts], { type: "video/webm" });
}
