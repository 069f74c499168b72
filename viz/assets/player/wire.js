// Reads the format of viz/replay/wire.py: a JSON header and typed arrays, used in place without a copy.

const TYPES = {
  f8: Float64Array,
  f4: Float32Array,
  i4: Int32Array,
  u4: Uint32Array,
  u2: Uint16Array,
  i2: Int16Array,
  u1: Uint8Array,
  i1: Int8Array,
};

export function decode(buffer) {
  const bytes = new Uint8Array(buffer);
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== "CHM1") throw new Error("not a chunk of a replay");
  const length = new DataView(buffer).getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const chunk = { first: header.first, frames: header.frames, stride: header.stride, units: header.units, bytes: buffer.byteLength };
  for (const [name, kind, offset, count] of header.arrays) chunk[name] = new TYPES[kind](buffer, 8 + length + offset, count);
  return chunk;
}
