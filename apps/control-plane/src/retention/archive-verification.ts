import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { chainStart, sameBytes } from '@sluice/sync';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { Groups } from '../resources/groups.ts';
import { Sealing } from '../sealing/sealing.ts';
import { ArchiveCheck, ArchiveFault } from './archive-check.ts';
import type { ChainPoint } from './archive-content.ts';
import { fileHash, readArchive } from './archive-file.ts';
import { archiveDirectory } from './retention.ts';

/** What the check of all archives of a group came to. */
export interface ArchiveReport {
  readonly intact: boolean;
  readonly files: number;
  /** Revisions that were checked, from the first. */
  readonly checked: number;
  /** Changes whose secrets no key of the ring opens any more. */
  readonly unopened: number;
  readonly broken_at?: number;
  readonly file?: string;
  readonly reason?: string;
}

interface ArchiveRow {
  readonly first: number;
  readonly last: number;
  readonly chain: Buffer;
  readonly digest: Buffer;
  readonly file: string;
  readonly sha256: Buffer;
}

/** Checks what is archived, from revision 1 on, file after file, up to where the history in the database goes on. */
@Injectable()
export class ArchiveVerification {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(Sealing) private readonly sealing: Sealing,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async verify(groupName: string): Promise<ArchiveReport> {
    const { id, name } = await this.groups.byName(groupName);
    const rows = await this.database.query<ArchiveRow[]>(ARCHIVES, [id]);
    let point: ChainPoint = { number: 0, chain: Buffer.from(chainStart), digest: Buffer.alloc(32) };
    let unopened = 0;
    for (const [files, row] of rows.entries()) {
      try {
        const checked = await this.#file(name, row, point);
        point = checked.end;
        unopened += checked.unopened;
      } catch (error) {
        const { at, message } = faultOf(error, point.number + 1);
        return { intact: false, files, checked: at - 1, unopened, broken_at: at, file: row.file, reason: message };
      }
    }
    return { intact: true, files: rows.length, checked: point.number, unopened };
  }

  async #file(group: string, row: ArchiveRow, start: ChainPoint) {
    const path = join(archiveDirectory(this.settings), row.file);
    const checked = await new ArchiveCheck(group, start, this.sealing).read(readArchive(path));
    const { end } = checked;
    const isWhole = end.number === row.last && sameBytes(end.chain, row.chain) && sameBytes(end.digest, row.digest);
    if (!isWhole) throw new ArchiveFault(end.number, 'the database goes on from elsewhere');
    // Comments and labels are in no chain: the hash of the file covers them.
    if (!sameBytes(await fileHash(path), row.sha256))
      throw new ArchiveFault(row.first, 'the file is not what was written');
    return checked;
  }
}

function faultOf(error: unknown, at: number): Pick<ArchiveFault, 'at' | 'message'> {
  if (error instanceof ArchiveFault) return error;
  const { code } = error as { readonly code?: unknown };
  if (code === 'ENOENT') return { at, message: 'the file is not here' };
  if (typeof code === 'string') return { at, message: `the file cannot be read (${code})` };
  throw error;
}

const ARCHIVES = `
  SELECT first, last, chain, digest, file, sha256 FROM revision_archive WHERE group_id = $1 ORDER BY last`;
