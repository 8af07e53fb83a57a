import 'reflect-metadata';
import process from 'node:process';
import { GatewayError } from '@sluice/errors';
import { SettingsError } from '@sluice/settings';
import { runAdminCommand } from './access/admin-command.ts';
import { readSettings } from './config/settings.ts';
import { runMigrateCommand } from './database/migrate-command.ts';
import { startApp, type RunningApp } from './start-app.ts';
import { StartError } from './start-error.ts';

/** How long open requests may take to finish after a signal to stop. */
const STOP_WITHIN_MS = 15_000;

const [command, ...rest] = process.argv.slice(2);

try {
  if (command === 'admin') process.exitCode = await runAdminCommand(rest);
  else if (command === 'migrate') process.exitCode = await runMigrateCommand(rest);
  else stopOnSignal(await startApp(readSettings(process.env)));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

function stopOnSignal(running: RunningApp): void {
  let isStopping = false;
  const stop = (): void => {
    // A second signal means now.
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    void running.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Whoever rotates logs sends it to every process of the gateway; unheard, it would open Node's debugger.
  process.on('SIGUSR1', () => undefined);
}

/** What the operator must change is one line; only what nobody expected comes with a stack. */
function explain(error: unknown): string {
  if (error instanceof StartError || error instanceof SettingsError) return error.message;
  if (error instanceof GatewayError) return error.detail ? `${error.message} (${error.detail})` : error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
