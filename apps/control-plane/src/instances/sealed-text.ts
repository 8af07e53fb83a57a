import type { Sealing } from '../sealing/sealing.ts';

/** A text that only this installation can read, bound to what it belongs to. */
export function sealText(sealing: Sealing, id: string, text: string): Buffer {
  const { sealed } = sealing.close('instance_command', id, { text }, ['/text']);
  if (sealed === null) throw new Error('The text was not sealed.');
  return sealed;
}

/** The text again. */
export function openText(sealing: Sealing, id: string, sealed: Buffer): string {
  const { text } = sealing.openValue({ kind: 'instance_command', id, body: '{"text":""}', sealed });
  return String(text);
}
