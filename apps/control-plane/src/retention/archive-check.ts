import { check } from '@sluice/schema';
import { chainHash, elementHash, type RevisionChange, sameBytes, StateDigest } from '@sluice/sync';
import { GatewayError } from '@sluice/errors';
import type { TSchema } from 'typebox';
import type { Sealing } from '../sealing/sealing.ts';
import type { ChainPoint } from './archive-content.ts';
import {
  archiveLineSchema,
  type ArchiveLine,
  changeLineSchema,
  type ChangeLine,
  endLineSchema,
  type EndLine,
  revisionLineSchema,
  type RevisionLine,
} from './archive-lines.ts';

/** Something in an archive that is not what was written. */
export class ArchiveFault extends Error {
  override readonly name = 'ArchiveFault';
  /** The revision at which it was found. */
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

/** What the check of one file came to. */
export interface CheckedArchive {
  readonly end: ChainPoint;
  /** Changes whose secrets are sealed with a key that the ring does not hold any more; the chain vouches for their hashes. */
  readonly unopened: number;
}

const schemas: Readonly<Record<string, TSchema>> = {
  archive: archiveLineSchema,
  revision: revisionLineSchema,
  change: changeLineSchema,
  end: endLineSchema,
};

/**
 * Checks the lines of one archive: that the chain goes on from `start`, that each revision is what was hashed into it, and
 * that each value is what its hash says. Throws an ArchiveFault where something is not.
 */
export class ArchiveCheck {
  readonly #group: string;
  readonly #sealing: Sealing;
  #point: ChainPoint;
  #open: RevisionLine | undefined;
  #changes: RevisionChange[] = [];
  #isBegun = false;
  #isEnded = false;
  #unopened = 0;

  constructor(group: string, start: ChainPoint, sealing: Sealing) {
    this.#group = group;
    this.#point = start;
    this.#sealing = sealing;
  }

  async read(lines: AsyncIterable<string>): Promise<CheckedArchive> {
    for await (const text of lines) this.#line(this.#parsed(text));
    if (!this.#isEnded) throw this.#fault('the file ends before its end');
    return { end: this.#point, unopened: this.#unopened };
  }

  #parsed(text: string): { readonly type: string } {
    let line: { readonly type?: unknown } | null;
    try {
      line = JSON.parse(text) as { readonly type?: unknown } | null;
    } catch {
      // Whatever else the parser has to say, the line is not one that was written.
      throw this.#fault('a line is not JSON');
    }
    const type = String(line?.type);
    const schema = schemas[type];
    if (schema && check(schema, line)) throw this.#fault(`a line of type ${type} is not well-formed`);
    return { ...line, type };
  }

  #line(line: { readonly type: string }): void {
    if (this.#isEnded) throw this.#fault('something follows the end');
    if (!this.#isBegun && line.type !== 'archive') throw this.#fault('the file does not begin as an archive does');
    if (line.type === 'archive') this.#begin(line as ArchiveLine);
    if (line.type === 'revision') this.#revision(line as RevisionLine);
    if (line.type === 'change') this.#change(line as ChangeLine);
    if (line.type === 'end') this.#end(line as EndLine);
  }

  #begin(line: ArchiveLine): void {
    const { number, chain, digest } = this.#point;
    if (line.group !== this.#group || line.first !== number + 1) throw this.#fault('the file is another archive');
    const isNext = line.previous_chain === chain.toString('hex') && line.previous_digest === digest.toString('hex');
    if (this.#isBegun || !isNext) throw this.#fault('the file does not go on from the one before it');
    this.#isBegun = true;
  }

  #revision(line: RevisionLine): void {
    this.#close();
    if (line.number !== this.#point.number + 1) throw this.#fault('the revision is missing');
    this.#open = line;
    this.#changes = [];
  }

  #change(line: ChangeLine): void {
    if (line.revision !== this.#open?.number) throw this.#fault('a change stands at another revision');
    if (!this.#hasItsHash(line)) throw this.#fault(`${line.kind} "${line.id}" is not what was written`);
    const { kind, id, before, after } = line;
    this.#changes.push({ kind, id, before: bytes(before), after: bytes(after) });
  }

  /** All changes of the open revision are there. */
  #close(): void {
    const line = this.#open;
    if (!line) return;
    if (line.change_count !== this.#changes.length)
      throw this.#fault('the revision has not as many changes as it says');
    const digest = StateDigest.from(this.#point.digest);
    for (const { before, after } of this.#changes) {
      if (before) digest.remove(before);
      if (after) digest.add(after);
    }
    if (digest.toHex() !== line.digest) throw this.#fault('the digest does not follow from the changes');
    const { number, author, author_type, source, message, restores, created_at } = line;
    const header = { group: this.#group, number, author, author_type, source, message, restores, created_at };
    const chain = chainHash(this.#point.chain, { ...header, digest: digest.toBytes(), changes: this.#changes });
    if (Buffer.from(chain).toString('hex') !== line.chain) throw this.#fault('the revision is not what was written');
    this.#point = { number, chain: Buffer.from(chain), digest: Buffer.from(digest.toBytes()) };
    this.#open = undefined;
  }

  #end(line: EndLine): void {
    this.#close();
    const { number, chain, digest } = this.#point;
    const isHere =
      line.last === number && line.chain === chain.toString('hex') && line.digest === digest.toString('hex');
    if (!isHere) throw this.#fault('the file ends before its end');
    this.#isEnded = true;
  }

  #hasItsHash({ kind, id, body, sealed, after }: ChangeLine): boolean {
    if (body === null) return after === null && sealed === null;
    if (after === null) return false;
    try {
      const stored = { kind, id, body, sealed: sealed === null ? null : Buffer.from(sealed, 'base64') };
      return sameBytes(elementHash(kind, id, this.#sealing.open(stored)), Buffer.from(after, 'hex'));
    } catch (error) {
      // A key that was retired since opens nothing; an envelope that does not open with its own key was altered.
      const isKeyGone = error instanceof GatewayError && error.code === 'KEYRING_LACKS_KEY';
      if (isKeyGone) this.#unopened += 1;
      return isKeyGone;
    }
  }

  #fault(reason: string): ArchiveFault {
    return new ArchiveFault(this.#point.number + 1, reason);
  }
}

function bytes(hex: string | null): Buffer | null {
  return hex === null ? null : Buffer.from(hex, 'hex');
}
