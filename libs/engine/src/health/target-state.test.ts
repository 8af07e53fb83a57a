import { describe, expect, test } from 'vitest';
import { countsOf, downWord, isServingWord, nextWord, type Outcome, stateOf } from './target-state.ts';

/** The states that a target goes through, from healthy unless `word` says otherwise. */
function through(outcomes: readonly Outcome[], limit: number, word = 0): string[] {
  let now = word;
  return outcomes.map((outcome) => stateOf((now = nextWord(now, outcome, limit))));
}

describe('the state of a target', () => {
  test('failures in a row take it out, and it serves until the last of them', () => {
    expect(through(['http', 'http', 'http'], 3)).toEqual(['mostly_healthy', 'mostly_healthy', 'unhealthy']);
    expect(isServingWord(nextWord(0, 'tcp', 2))).toBe(true);
    expect(isServingWord(nextWord(0, 'tcp', 1))).toBe(false);
  });

  test('successes in a row take it back, and it does not serve until the last of them', () => {
    expect(through(['success', 'success'], 2, downWord)).toEqual(['mostly_unhealthy', 'healthy']);
    expect(isServingWord(nextWord(downWord, 'success', 2))).toBe(false);
  });

  test('a success forgets failures of every kind, so that they have to come in a row', () => {
    const failed = ['http', 'tcp', 'timeout'].reduce((word, kind) => nextWord(word, kind as Outcome, 3), 0);
    expect(countsOf(failed)).toEqual({ success: 0, http: 1, tcp: 1, timeout: 1 });
    const after = nextWord(failed, 'success', 2);
    expect(countsOf(after)).toEqual({ success: 1, http: 0, tcp: 0, timeout: 0 });
    expect(stateOf(after)).toBe('mostly_healthy');
  });

  test('a failure forgets successes', () => {
    expect(countsOf(nextWord(nextWord(downWord, 'success', 3), 'tcp', 3))).toMatchObject({ success: 0, tcp: 1 });
  });

  test('failures of different kinds are not added up', () => {
    expect(through(['http', 'tcp', 'timeout', 'http'], 2)).toEqual([
      'mostly_healthy',
      'mostly_healthy',
      'mostly_healthy',
      'unhealthy',
    ]);
  });

  test('a healthy target counts no successes, and an unhealthy one no failures', () => {
    expect(nextWord(0, 'success', 1)).toBe(0);
    const down = nextWord(nextWord(0, 'tcp', 2), 'tcp', 2);
    expect(countsOf(down).tcp).toBe(2);
    expect(nextWord(down, 'tcp', 2)).toBe(down);
  });

  test('a limit of zero switches an outcome off', () => {
    expect(nextWord(0, 'timeout', 0)).toBe(0);
  });

  test('the largest limit is reached, and counts do not run into each other', () => {
    let word = 0;
    for (let i = 0; i < 253; i += 1) word = nextWord(nextWord(word, 'timeout', 254), 'http', 0);
    expect(stateOf(word)).toBe('mostly_healthy');
    expect(countsOf(word)).toEqual({ success: 0, http: 0, tcp: 0, timeout: 253 });
    expect(stateOf(nextWord(word, 'timeout', 254))).toBe('unhealthy');
  });
});
