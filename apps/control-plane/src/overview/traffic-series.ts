import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Rates, ratesOf } from '../instances/load.ts';
import { addSum, asLoad, emptySum, type TrafficSum } from './traffic-sums.ts';
import { planSeries, SETTLING_SECONDS } from './traffic-steps.ts';

/** What a group did at one point of a series. Where nobody was listening, there is no point. */
export interface SeriesPoint extends Rates {
  readonly time: string;
  readonly bytes_in_per_second: number;
  readonly bytes_out_per_second: number;
}

/** The traffic of a group over time. */
export interface TrafficSeries {
  readonly from: string;
  readonly to: string;
  /** Seconds between the points; larger than what was asked for where only coarser sums are kept. */
  readonly step: number;
  readonly points: readonly SeriesPoint[];
}

/** What is wanted, in seconds since the epoch. */
export interface SeriesRequest {
  readonly from: number;
  readonly to: number;
  readonly step: number | undefined;
}

interface SumRow extends TrafficSum {
  /** Start of the point that the row belongs to. */
  readonly start: number;
}

/** Reads what the roll-ups have kept. */
@Injectable()
export class TrafficReader {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  async series(groupId: number, { from, to, step: wanted }: SeriesRequest): Promise<TrafficSeries> {
    const now = Date.now() / 1_000;
    const { source, step } = planSeries(now - from, to - from, wanted);
    const first = Math.floor(from / step) * step;
    // What still grows would look like a fall.
    const end = Math.min(to, Math.floor((now - SETTLING_SECONDS) / source) * source);
    const sums = await this.#sums(groupId, { source, step, first, end });
    const points = [...sums].map(([start, sum]) => pointOf(start, sum, Math.min(step, end - start)));
    return { from: isoTime(first), to: isoTime(to), step, points };
  }

  async #sums(groupId: number, { source, step, first, end }: SumRange): Promise<Map<number, TrafficSum>> {
    const rows = await this.database.query<SumRow[]>(
      `SELECT (floor(extract(epoch FROM at) / $3) * $3)::float8 AS start, requests, errors, bytes_in, bytes_out, latency
       FROM traffic_rollup
       WHERE group_id = $1 AND step_seconds = $2 AND at >= to_timestamp($4) AND at < to_timestamp($5) ORDER BY at`,
      [groupId, source, step, first, end],
    );
    const sums = new Map<number, TrafficSum>();
    for (const row of rows) {
      const sum = sums.get(row.start) ?? emptySum();
      addSum(sum, row);
      sums.set(row.start, sum);
    }
    return sums;
  }
}

interface SumRange {
  readonly source: number;
  readonly step: number;
  readonly first: number;
  readonly end: number;
}

function pointOf(start: number, sum: TrafficSum, seconds: number): SeriesPoint {
  return {
    time: isoTime(start),
    ...ratesOf([asLoad(sum, seconds)]),
    bytes_in_per_second: Math.round(sum.bytes_in / seconds),
    bytes_out_per_second: Math.round(sum.bytes_out / seconds),
  };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
