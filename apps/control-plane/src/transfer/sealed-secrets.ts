import { GatewayError } from '@sluice/errors';
import { canonicalJson, type JsonObject } from '@sluice/schema';
import type { Sealing } from '../sealing/sealing.ts';
import type { DesiredResource } from './desired-state.ts';

/** A value with its secrets in plain, or why there is none. */
export type Opened = { readonly value: JsonObject } | { readonly problem: string };

/** Puts the secrets of an envelope that travelled with a value in their places. */
export function openSealed(sealing: Sealing, { kind, id, value, sealed }: DesiredResource): Opened {
  if (!sealed) return { value };
  try {
    return { value: sealing.openValue({ kind: kind.name, id, body: canonicalJson(value), sealed }) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    // Which key it was is for the log of whoever exported it: the sender learns what to do.
    return {
      problem: 'its secrets were sealed with a key that this installation does not have, or for another resource',
    };
  }
}
