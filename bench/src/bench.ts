import { join } from 'node:path';
import type { Build } from './contestants/build.ts';
import type { Frame } from './frame.ts';

/** What all cases of a run share. */
export interface Bench extends Frame {
  readonly builds: readonly Build[];
  readonly rounds: number;
  /** Length of one measurement. */
  readonly seconds: number;
}

/** A table of results. Cells that are numbers are rounded when they are shown. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One thing that is measured. */
export interface BenchCase {
  readonly name: string;
  readonly description: string;
  run(bench: Bench): Promise<Table>;
}

/** A folder of its own for something that a case starts. */
export function folderFor(bench: Bench, ...names: readonly (string | number)[]): string {
  return join(bench.directory, names.join('-'));
}
