import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Refusal } from '../http/refusal.ts';
import { Sealing } from '../sealing/sealing.ts';
import { type CommandResult, InstanceCommands } from './instance-commands.ts';
import { openText, sealText } from './sealed-text.ts';

/** A command that is answered. */
export interface Question {
  readonly name: 'explain';
  readonly text: string;
  /** Who asks. */
  readonly by: string;
}

const PATIENCE_MS = 35_000;
const LOOK_EVERY_MS = 100;

/**
 * Asks data planes. One whose stream ends here is asked at once, and nothing is written down; one that is connected to
 * another control plane through the database, sealed, and forgotten with the answer.
 */
@Injectable()
export class InstanceQuestions {
  readonly #pending = new Map<string, PromiseWithResolvers<string>>();

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(InstanceCommands) private readonly commands: InstanceCommands,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {
    commands.onResult = (result) => this.#take(result);
  }

  /** The answer of a data plane; a Refusal where it gives none. */
  async ask(groupId: number, instanceId: string, question: Question): Promise<string> {
    const id = randomUUID();
    const answer = Promise.withResolvers<string>();
    this.#pending.set(id, answer);
    const tooLate = setTimeout(() => answer.reject(silence()), PATIENCE_MS);
    try {
      const command = { command_id: id, name: question.name, arguments: Buffer.from(question.text) };
      if (this.commands.sendNow(groupId, instanceId, command)) return await answer.promise;
      return await this.#askElsewhere(groupId, instanceId, id, question);
    } finally {
      clearTimeout(tooLate);
      this.#pending.delete(id);
    }
  }

  async #askElsewhere(groupId: number, instanceId: string, id: string, question: Question): Promise<string> {
    await this.database.query(
      `INSERT INTO instance_command (id, group_id, instance_id, name, requested_by, arguments)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, groupId, instanceId, question.name, question.by, sealText(this.sealing, id, question.text)],
    );
    try {
      const answered = await this.#answerOf(id);
      if (answered.error !== null) throw new Refusal('CONFLICT', answered.error);
      return answered.result === null ? '' : openText(this.sealing, id, answered.result);
    } finally {
      await this.database.query('DELETE FROM instance_command WHERE id = $1', [id]);
    }
  }

  async #answerOf(id: string): Promise<AnsweredRow> {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
      const [row] = await this.database.query<AnsweredRow[]>(
        'SELECT error, result FROM instance_command WHERE id = $1 AND finished_at IS NOT NULL',
        [id],
      );
      if (row) return row;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    throw silence();
  }

  #take({ command_id: id, error, result }: CommandResult): boolean {
    const pending = this.#pending.get(id);
    if (!pending) return false;
    if (error === '') pending.resolve(Buffer.from(result).toString());
    else pending.reject(new Refusal('CONFLICT', error.slice(0, 500)));
    return true;
  }
}

interface AnsweredRow {
  readonly error: string | null;
  readonly result: Buffer | null;
}

function silence(): Refusal {
  return new Refusal('CONFLICT', 'The data plane did not answer.');
}
