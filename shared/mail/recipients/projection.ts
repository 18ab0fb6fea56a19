/**
 * What a reader sees of a source text, with the way back: each UTF-16 unit knows which units of the source it came
 * from, so that what was found in the visible text can be cut out of the source.
 */
export interface Projection {
  readonly text: string;
  /** Where the unit at `index` begins in the source. */
  sourceStart(index: number): number;
  /** Where the unit at `index` ends in the source (exclusive). */
  sourceEnd(index: number): number;
}

export interface ProjectionBuilder {
  /** Appends one UTF-16 unit that came from `length` units of the source; characters nobody sees are dropped. */
  add(unit: number, start: number, length: number): void;
  finish(): Projection;
}

/** Typed arrays that double: a megabyte of text costs seven bytes a unit and no object. */
export function createProjection(): ProjectionBuilder {
  let units = new Uint16Array(1024);
  let starts = new Uint32Array(1024);
  let lengths = new Uint8Array(1024);
  let size = 0;
  const grow = () => {
    units = copyInto(new Uint16Array(size * 2), units);
    starts = copyInto(new Uint32Array(size * 2), starts);
    lengths = copyInto(new Uint8Array(size * 2), lengths);
  };
  return {
    add(unit, start, length) {
      if (isInvisible(unit)) return;
      if (size === units.length) grow();
      units[size] = unit;
      starts[size] = start;
      lengths[size] = Math.min(length, 255);
      size += 1;
    },
    finish: () => ({
      text: unitsToString(units, size),
      sourceStart: (index) => starts[index] ?? 0,
      sourceEnd: (index) => (starts[index] ?? 0) + (lengths[index] ?? 0),
    }),
  };
}

/** The projection of plain text: the text without the characters nobody sees. */
export function projectText(text: string): Projection {
  // Nearly all text has none of them, and is its own projection.
  if (!anyInvisible.test(text)) return { text, sourceStart: (index) => index, sourceEnd: (index) => index + 1 };
  const builder = createProjection();
  for (let index = 0; index < text.length; index += 1) builder.add(text.charCodeAt(index), index, 1);
  return builder.finish();
}

/** White space as Unicode counts it, so that a no-break space separates two addresses too. */
export function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0xa0) return unit === 0x85;
  return (
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** A string of the first `size` units. */
export function unitsToString(units: Uint16Array, size: number): string {
  return Buffer.from(units.buffer, units.byteOffset, size * 2).toString('utf16le');
}

/** Soft hyphen, joiners, zero-width, bidirectional and variation marks. @see Unicode, Default_Ignorable_Code_Point */
function isInvisible(unit: number): boolean {
  if (unit < 0xad) return false;
  return (
    unit === 0xad ||
    unit === 0x34f ||
    unit === 0x61c ||
    unit === 0x180e ||
    (unit >= 0x200b && unit <= 0x200f) ||
    (unit >= 0x202a && unit <= 0x202e) ||
    (unit >= 0x2060 && unit <= 0x206f) ||
    (unit >= 0xfe00 && unit <= 0xfe0f) ||
    unit === 0xfeff
  );
}

/** The same characters, looked for natively. */
const anyInvisible = /[\u00ad\u061c\u180e]|\u034f|[\u200b-\u200f\u202a-\u202e\u2060-\u206f]|[\ufe00-\ufe0f]|\ufeff/;

function copyInto<Units extends Uint16Array | Uint32Array | Uint8Array>(larger: Units, smaller: Units): Units {
  larger.set(smaller);
  return larger;
}
