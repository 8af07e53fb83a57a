import { locationOf, offsetOf, recordBytes, type RecordFields, Segment, segmentOf, segmentsMax } from './segment.ts';

/** Live bytes of a full segment below this share make it worth moving what is left. */
const sparseShare = 0.5;

/** Appends records to segments, and knows how much of each is still in service. */
export class SegmentWriter {
  readonly #segments = new Map<number, Segment>();
  readonly #liveBytes = new Map<number, number>();
  #current: Segment | null = null;
  #end = 0;
  #lastNumber = -1;

  /** Every segment there is. */
  get segments(): ReadonlyMap<number, Segment> {
    return this.#segments;
  }

  /** Writes a record; answers its location. */
  append(record: RecordFields): number {
    const bytes = recordBytes(record);
    const { segment, at } = this.#reserve(bytes);
    segment.write(at, record);
    return locationOf(segment.number, at);
  }

  /** Writes a copy of a record; answers its location. */
  appendCopy(location: number): number {
    const from = this.segment(location);
    const at = offsetOf(location);
    const room = this.#reserve(from.recordBytes(at));
    from.copy(at, room.segment, room.at);
    return locationOf(room.segment.number, room.at);
  }

  /** A record is out of service. With the last one its segment goes. */
  release(location: number): void {
    const segment = this.segment(location);
    const left = (this.#liveBytes.get(segment.number) ?? 0) - segment.recordBytes(offsetOf(location));
    this.#liveBytes.set(segment.number, left);
    if (left > 0 || segment === this.#current) return;
    this.#segments.delete(segment.number);
    this.#liveBytes.delete(segment.number);
  }

  segment(location: number): Segment {
    const segment = this.#segments.get(segmentOf(location));
    if (!segment) throw new Error('A record was looked for in a segment that is gone.');
    return segment;
  }

  /** Locations of all records, live or not, of a segment that is mostly out of service; empty where there is none. */
  sparse(): number[] {
    for (const segment of this.#segments.values()) {
      if (segment === this.#current) continue;
      if ((this.#liveBytes.get(segment.number) ?? 0) < segment.size * sparseShare) return locationsIn(segment);
    }
    return [];
  }

  #reserve(bytes: number): { segment: Segment; at: number } {
    let segment = this.#current;
    if (!segment || this.#end + bytes > segment.size) {
      const full = segment;
      segment = Segment.create(this.#freeNumber(), bytes);
      this.#segments.set(segment.number, segment);
      this.#current = segment;
      this.#end = 0;
      if (full && this.#liveBytes.get(full.number) === 0) this.#segments.delete(full.number);
    }
    const at = this.#end;
    this.#end += bytes;
    this.#liveBytes.set(segment.number, (this.#liveBytes.get(segment.number) ?? 0) + bytes);
    return { segment, at };
  }

  /** Numbers go round, so that a location stays unused for as long as possible after its record is gone. */
  #freeNumber(): number {
    let tries = 0;
    do this.#lastNumber = (this.#lastNumber + 1) % segmentsMax;
    while (this.#segments.has(this.#lastNumber) && (tries += 1) < segmentsMax);
    if (tries === segmentsMax) throw new RangeError('The configuration is larger than the memory that can hold it.');
    return this.#lastNumber;
  }
}

function locationsIn(segment: Segment): number[] {
  const locations: number[] = [];
  for (let at = 0; segment.hasRecord(at); at += segment.recordBytes(at)) locations.push(locationOf(segment.number, at));
  return locations;
}
