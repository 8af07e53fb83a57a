import type { ConfigStep } from './config-step.ts';
import { Resource } from './resource.ts';
import { offsetOf, Segment, segmentOf } from './segment.ts';

/** The segments of one generation. Whoever still reads an older generation keeps that one's. */
export class SegmentReader {
  readonly #segments: ReadonlyMap<number, Segment>;

  private constructor(segments: ReadonlyMap<number, Segment>) {
    this.#segments = segments;
  }

  static empty(): SegmentReader {
    return new SegmentReader(new Map());
  }

  /** The segments after a step. */
  after({ droppedSegments, segments }: ConfigStep): SegmentReader {
    if (droppedSegments.length === 0 && segments.length === 0) return this;
    const next = new Map(this.#segments);
    for (const number of droppedSegments) next.delete(number);
    for (const { number, shared } of segments) next.set(number, new Segment(number, shared));
    return new SegmentReader(next);
  }

  segment(location: number): Segment {
    const segment = this.#segments.get(segmentOf(location));
    if (!segment) throw new Error('A step of the configuration names a segment that was never announced.');
    return segment;
  }

  /** A record as a resource. */
  resource(location: number): Resource {
    return new Resource(this.segment(location), offsetOf(location));
  }
}
