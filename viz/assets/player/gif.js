// An animated GIF: one palette for all pictures, and only what changes from one to the next.

const COLOURS = 255; // and one for "as before"
const AS_BEFORE = 255;
const SHADES = 32; // of each primary colour in which pictures are compared: 5 bits
const LONGEST_CODE = 12;

const shadeOf = (pixels, at) => ((pixels[at] >> 3) << 10) | ((pixels[at + 1] >> 3) << 5) | (pixels[at + 2] >> 3);

// The most frequent colours of some pictures (RGBA), as [r, g, b] each.
export function paletteOf(pictures) {
  const count = new Uint32Array(SHADES ** 3);
  for (const pixels of pictures) for (let at = 0; at < pixels.length; at += 4) count[shadeOf(pixels, at)] += 1;
  const order = [...count.keys()].filter((shade) => count[shade]).sort((one, two) => count[two] - count[one]);
  return order.slice(0, COLOURS).map((shade) => [shade >> 10, (shade >> 5) & 31, shade & 31].map((value) => Math.round((value * 255) / 31)));
}

export class GifWriter {
  constructor(width, height, palette, hundredths) {
    this.width = width;
    this.height = height;
    this.palette = palette;
    this.delay = hundredths;
    this.nearest = new Int16Array(SHADES ** 3).fill(-1);
    this.before = null;
    const table = new Uint8Array(3 * 256);
    palette.forEach((colour, at) => table.set(colour, 3 * at));
    const screen = [...this._short(width), ...this._short(height), 0xf7, 0, 0];
    const forever = [0x21, 0xff, 11, ...ascii("NETSCAPE2.0"), 3, 1, 0, 0, 0];
    this.parts = [new Uint8Array([...ascii("GIF89a"), ...screen]), table, new Uint8Array(forever)];
  }

  _short(value) {
    return [value & 255, value >> 8];
  }

  _indexOf(shade) {
    if (this.nearest[shade] >= 0) return this.nearest[shade];
    const wanted = [shade >> 10, (shade >> 5) & 31, shade & 31].map((value) => (value * 255) / 31);
    let best = 0;
    let least = Infinity;
    for (let at = 0; at < this.palette.length; at += 1) {
      const [r, g, b] = this.palette[at];
      const off = (r - wanted[0]) ** 2 + (g - wanted[1]) ** 2 + (b - wanted[2]) ** 2;
      if (off < least) [least, best] = [off, at];
    }
    this.nearest[shade] = best;
    return best;
  }

  // Add a picture (RGBA).
  add(pixels) {
    const indices = new Uint8Array(pixels.length / 4);
    const now = new Uint8Array(indices.length);
    for (let at = 0; at < indices.length; at += 1) {
      now[at] = this._indexOf(shadeOf(pixels, 4 * at));
      indices[at] = this.before && this.before[at] === now[at] ? AS_BEFORE : now[at];
    }
    this.before = now;
    const control = [0x21, 0xf9, 4, 0x05, ...this._short(this.delay), AS_BEFORE, 0];
    const place = [0x2c, 0, 0, 0, 0, ...this._short(this.width), ...this._short(this.height), 0, 8];
    this.parts.push(new Uint8Array([...control, ...place]), compressed(indices));
  }

  file() {
    return new Blob([...this.parts, new Uint8Array([0x3b])], { type: "image/gif" });
  }
}

function ascii(text) {
  return [...text].map((letter) => letter.charCodeAt(0));
}

// Indices of 8 bits by the method of Lempel, Ziv and Welch, in blocks of 255 bytes.
function compressed(indices) {
  const clear = 256;
  const out = new Bytes(indices.length / 4 + 64);
  const codes = new Int32Array(1 << 20); // prefix << 8 | index -> code + 1
  const used = [];
  let size = 9;
  let next = clear + 2;
  out.code(clear, size);
  let prefix = indices[0];
  for (let at = 1; at < indices.length; at += 1) {
    const key = (prefix << 8) | indices[at];
    if (codes[key]) {
      prefix = codes[key] - 1;
      continue;
    }
    out.code(prefix, size);
    prefix = indices[at];
    if (next < 1 << LONGEST_CODE) {
      codes[key] = next + 1;
      used.push(key);
      if (next === 1 << size && size < LONGEST_CODE) size += 1;
      next += 1;
    } else {
      out.code(clear, size);
      for (const one of used) codes[one] = 0;
      used.length = 0;
      size = 9;
      next = clear + 2;
    }
  }
  out.code(prefix, size);
  out.code(clear + 1, size);
  return out.blocks();
}

// Codes of some bits each, the lowest bit first.
class Bytes {
  constructor(room) {
    this.bytes = new Uint8Array(Math.ceil(room));
    this.length = 0;
    this.rest = 0;
    this.bits = 0;
  }

  code(value, size) {
    this.rest |= value << this.bits;
    this.bits += size;
    while (this.bits >= 8) {
      this._byte(this.rest & 255);
      this.rest >>>= 8;
      this.bits -= 8;
    }
  }

  _byte(value) {
    if (this.length === this.bytes.length) {
      const more = new Uint8Array(2 * this.bytes.length);
      more.set(this.bytes);
      this.bytes = more;
    }
    this.bytes[this.length] = value;
    this.length += 1;
  }

  blocks() {
    if (this.bits) this._byte(this.rest & 255);
    const out = new Uint8Array(this.length + Math.ceil(this.length / 255) + 1);
    let to = 0;
    for (let from = 0; from < this.length; from += 255) {
      const part = this.bytes.subarray(from, Math.min(this.length, from + 255));
      out[to] = part.length;
      out.set(part, to + 1);
      to += part.length + 1;
    }
    return out;
  }
}
