import { httpMethods } from '@sluice/schema';

const bits = new Map<string, number>(httpMethods.map((method, i) => [method, 1 << i]));

/** The bit of a request method; 0 for one that no route can ask for. */
export function methodBit(method: string): number {
  return bits.get(method) ?? 0;
}

/** The bits of a route's methods; -1 where it asks for none, which passes every method. */
export function methodMask(methods: readonly string[] | undefined): number {
  if (!methods || methods.length === 0) return -1;
  return methods.reduce((mask, method) => mask | methodBit(method), 0);
}
