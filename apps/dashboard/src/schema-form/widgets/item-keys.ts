import { useState } from 'react';
import { withSwapped } from '../json.ts';

/** Keys for the items of a list that move along with them, so that what is half typed in one does not stay behind in another. */
export interface ItemKeys {
  readonly keys: readonly number[];
  readonly swap: (index: number, other: number) => void;
  readonly remove: (index: number) => void;
}

/** Keys for so many items. Items that come from elsewhere get keys at the end. */
export function useItemKeys(count: number): ItemKeys {
  const [state, setState] = useState<KeyState>({ keys: [], next: 0 });
  const present = resized(state, count);
  if (present !== state) setState(present);
  const set = (keys: readonly number[]) => setState({ keys, next: present.next });
  return {
    keys: present.keys,
    swap: (index, other) => set(withSwapped(present.keys, index, other) as number[]),
    remove: (index) => set(present.keys.toSpliced(index, 1)),
  };
}

interface KeyState {
  readonly keys: readonly number[];
  readonly next: number;
}

function resized(state: KeyState, count: number): KeyState {
  const missing = count - state.keys.length;
  if (missing === 0) return state;
  if (missing < 0) return { ...state, keys: state.keys.slice(0, count) };
  const added = Array.from({ length: missing }, (_, i) => state.next + i);
  return { keys: [...state.keys, ...added], next: state.next + missing };
}
