import type { JsonRecord } from '../api/types.ts';

/** A value without the times that the control plane sets: they differ whenever anything does, and say nothing. */
export function withoutTimes(value: JsonRecord | null | undefined): JsonRecord | null {
  if (!value) return null;
  const { create_time: _created, update_time: _updated, ...rest } = value;
  return rest;
}
