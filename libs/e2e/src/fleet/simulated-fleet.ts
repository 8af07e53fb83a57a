import { until } from '../house/until.ts';
import { SimulatedDataPlane } from './simulated-data-plane.ts';

/** When each of many data planes has acknowledged each revision. */
export class SimulatedFleet implements AsyncDisposable {
  readonly #planes: readonly SimulatedDataPlane[];
  /** Of each data plane: the last revision that it acknowledged, and when, on the clock of `performance`. */
  readonly #acknowledged: { revision: number; at: number }[];

  private constructor(address: string, count: number) {
    this.#acknowledged = Array.from({ length: count }, () => ({ revision: -1, at: 0 }));
    this.#planes = this.#acknowledged.map(
      (last, i) =>
        new SimulatedDataPlane(`simulated-${i}`, address, (revision) => {
          Object.assign(last, { revision, at: performance.now() });
        }),
    );
  }

  /** Connects all of them at once to the control plane at `address`; resolves when each has its first configuration. */
  static async start(address: string, count: number): Promise<SimulatedFleet> {
    const fleet = new SimulatedFleet(address, count);
    for (const plane of fleet.#planes) plane.start();
    await fleet.untilAll(0);
    return fleet;
  }

  /** Waits until all have acknowledged a revision or a later one; answers when each did, sorted. */
  async untilAll(revision: number): Promise<number[]> {
    const late = (): number => this.#acknowledged.filter((last) => last.revision < revision).length;
    await until(
      async () => {
        if (late() === 0) return true;
        throw new Error(`${late()} data planes have not acknowledged it.`);
      },
      `Revision ${revision} on ${this.#planes.length} data planes`,
      60_000,
    );
    return this.#acknowledged.map(({ at }) => at).toSorted((a, b) => a - b);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#planes.map((plane) => plane.stop()));
  }
}
