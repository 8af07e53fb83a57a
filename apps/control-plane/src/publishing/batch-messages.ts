import { type ChangeMessage, type CommitMessage, encode, type Encoded } from '@sluice/sync/grpc';

/** A message carries about this much at most, so that one slow data plane holds little memory. One body may be larger. */
const MESSAGE_BYTES_MAX = 128 * 1024;

/** What a body costs around itself. */
const CHANGE_BYTES = 64;

/** A step from one revision to a later one, as messages that any number of streams can send. */
export interface EncodedStep {
  readonly base: number;
  readonly revision: number;
  readonly messages: readonly Encoded[];
  readonly bytes: number;
}

/** Encodes a delta: one message where it is small, else begin, changes and commit. */
export function encodeStep(base: number, changes: readonly ChangeMessage[], commit: CommitMessage): EncodedStep {
  const { revision } = commit;
  const parts = splitBySize(changes);
  const messages =
    parts.length <= 1
      ? [encode({ delta: { base_revision: base, changes: [...changes], commit } })]
      : [encodeBegin(base, revision), ...parts.map(encodeChanges), encode({ commit })];
  return { base, revision, messages, bytes: messages.reduce((sum, { length }) => sum + length, 0) };
}

/** Opens a batch: a delta that continues `base`, or (null) a snapshot. */
export function encodeBegin(base: number | null, revision: number): Encoded {
  return encode({ begin: { snapshot: base === null, base_revision: base ?? 0, revision } });
}

/** One message of changes. */
export function encodeChanges(changes: readonly ChangeMessage[]): Encoded {
  return encode({ changes: { changes: [...changes] } });
}

/** Cuts changes into parts that each fit into a message; a change that is too large by itself is a part of its own. */
export function splitBySize(changes: readonly ChangeMessage[]): ChangeMessage[][] {
  const parts: ChangeMessage[][] = [];
  let part: ChangeMessage[] = [];
  let bytes = 0;
  for (const change of changes) {
    const size = change.body.length + CHANGE_BYTES;
    if (part.length > 0 && bytes + size > MESSAGE_BYTES_MAX) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(change);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
