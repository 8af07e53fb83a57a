import { startPostgresBehindLink } from '@sluice/testing';
import { expect, test } from 'vitest';
import type { Settings } from '../config/settings.ts';
import { FeedDatabase } from './feed-database.ts';

test.each(['asks nothing', 'waits for an answer'])(
  'a connection lost while its user %s fails that work only',
  async (how) => {
    await using server = await startPostgresBehindLink();
    const { link } = server;
    await using stack = new AsyncDisposableStack();
    const database = stack.adopt(new FeedDatabase({ database_url: server.url } as Settings), (open) =>
      open.onApplicationShutdown(),
    );

    const work = database.atOneMoment(async (db) => {
      const answer =
        how === 'asks nothing' ? new Promise((resolve) => db.once('end', resolve)) : db.query('SELECT pg_sleep(60)');
      link.cut();
      await answer;
      return db.query('SELECT 1');
    });

    await expect(work).rejects.toThrow();
    link.pass();
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  },
);
