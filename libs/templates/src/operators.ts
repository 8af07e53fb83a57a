import type { Evaluate } from './run.ts';
import { compute, concatenate, isLess, isTruthy } from './values.ts';

/** An operator between two expressions; `and` and `or` look at the right one only where it matters. */
export function binary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case 'or':
      return (run) => {
        const value = left(run);
        return isTruthy(value) ? value : right(run);
      };
    case 'and':
      return (run) => {
        const value = left(run);
        return isTruthy(value) ? right(run) : value;
      };
    case '==':
      return (run) => left(run) === right(run);
    case '~=':
      return (run) => left(run) !== right(run);
    case '<':
      return (run) => isLess(left(run), right(run));
    case '>':
      return (run) => isLess(right(run), left(run));
    case '<=':
      return (run) => isAtMost(left(run), right(run));
    case '>=':
      return (run) => isAtMost(right(run), left(run));
    case '..':
      return (run) => {
        const text = concatenate(left(run), right(run));
        run.countWork(text.length);
        return text;
      };
    default:
      return (run) => compute(operator, left(run), right(run));
  }
}

function isAtMost(a: unknown, b: unknown): boolean {
  return isLess(a, b) || a === b;
}
