/**
 * Says of a name that it is certainly not one of those that were added, or that it may be: a Bloom filter with one hash, for
 * a question whose answer is nearly always no. A map of 100,000 names is searched in the machine's memory, the filter of as
 * many fits in the processor's cache. A name cannot be taken out again; another filter is made of those that are left.
 */
export interface NameFilter {
  add(name: string): void;
  mayHold(name: string): boolean;
  /** Whether it was given more names than it was made for: from then on it says "may be" more often than one time in eight. */
  readonly isFull: boolean;
}

/** A filter for so many names, a byte for each. */
export function createNameFilter(room: number): NameFilter {
  const bits = new Uint8Array(room);
  let added = 0;
  return {
    add: (name) => {
      const place = placeOf(name, room * 8);
      bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7));
      added += 1;
    },
    mayHold: (name) => {
      const place = placeOf(name, room * 8);
      return (((bits[place >>> 3] ?? 0) >>> (place & 7)) & 1) === 1;
    },
    get isFull() {
      return added > room;
    },
  };
}

/** FNV-1a, its upper half folded into the lower one. */
function placeOf(name: string, places: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % places;
}
