import { equalJson } from '@sluice/schema';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';

/** The same object as long as it says the same, so that what depends on it is not drawn again. */
export function useSame<T>(value: T): T {
  const [kept, setKept] = useState(value);
  if (kept === value || equalJson(kept, value)) return kept;
  setKept(value);
  return value;
}

/** One function for the life of a component, which does what the latest one does. For events, never while rendering. */
export function useLatest<Args extends readonly unknown[]>(handler: (...args: Args) => void): (...args: Args) => void {
  const latest = useRef(handler);
  useLayoutEffect(() => {
    latest.current = handler;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}
