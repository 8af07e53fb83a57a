/** What became of a probe or a request. */
export type Outcome = 'success' | 'http' | 'tcp' | 'timeout';

/** The states of a target, as the control API names them. The first two serve. */
export const targetStates = ['healthy', 'mostly_healthy', 'mostly_unhealthy', 'unhealthy'] as const;

/** A state by name. */
export type TargetState = (typeof targetStates)[number];

/** What was counted since the state was last certain. */
export interface TargetCounts {
  readonly success: number;
  readonly http: number;
  readonly tcp: number;
  readonly timeout: number;
}

/**
 * A target as one 32-bit word, so that a single compare-and-swap changes it: the state in the lowest two bits, whether
 * successes or failures are counted in the third, then three counts of eight bits. Zero is a healthy target.
 */
const stateMask = 0b11;
const downBit = 0b10;
const successBit = 0b100;
const countShift: Readonly<Record<Outcome, number>> = { success: 8, http: 8, tcp: 16, timeout: 24 };
const countMax = 0xff;
const [healthy, mostlyHealthy, mostlyUnhealthy, unhealthy] = [0, 1, 2, 3];

/** The word of a target that is known to be down, with nothing counted. */
export const downWord = unhealthy;

/** Whether a target gets traffic. */
export function isServingWord(word: number): boolean {
  return (word & downBit) === 0;
}

/**
 * The word after one more outcome, which decides after `limit` times; 0 switches it off. Successes count while a target is
 * not fully healthy, failures while it is not fully unhealthy. A success forgets all failures, and a failure the successes.
 */
export function nextWord(word: number, outcome: Outcome, limit: number): number {
  const isSuccess = outcome === 'success';
  const state = word & stateMask;
  if (limit === 0 || state === (isSuccess ? healthy : unhealthy)) return word;
  const isSameKind = ((word & successBit) !== 0) === isSuccess;
  const counts = isSameKind ? word & ~0xff : 0;
  const shift = countShift[outcome];
  const count = Math.min(((counts >>> shift) & countMax) + 1, countMax);
  const kept = counts & ~(countMax << shift);
  return kept | (count << shift) | (isSuccess ? successBit : 0) | stateAfter(state, isSuccess, count >= limit);
}

function stateAfter(state: number, isSuccess: boolean, isDecided: boolean): number {
  if (isDecided) return isSuccess ? healthy : unhealthy;
  if (state === healthy) return mostlyHealthy;
  return state === unhealthy ? mostlyUnhealthy : state;
}

export function stateOf(word: number): TargetState {
  return targetStates[word & stateMask] as TargetState;
}

export function countsOf(word: number): TargetCounts {
  const isSuccess = (word & successBit) !== 0;
  const first = (word >>> 8) & countMax;
  return {
    success: isSuccess ? first : 0,
    http: isSuccess ? 0 : first,
    tcp: (word >>> 16) & countMax,
    timeout: (word >>> 24) & countMax,
  };
}
