import { GatewayError } from '@sluice/errors';
import { loadSettings, SettingsError } from '@sluice/settings';
import { dataPlaneSettings } from './config/settings.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { jsonLog } from './telemetry/json-log.ts';

const log = jsonLog();

const [flag, fileToCheck] = process.argv.slice(2);
if (flag === '--check') await checkAndExit(fileToCheck);

try {
  const settings = loadSettings(dataPlaneSettings, { env: process.env });
  log.level = settings.log_level;
  obey(await startGateway(settings, log, { env: process.env }));
} catch (error) {
  fail(error);
}

function fail(error: unknown): never {
  log.error(reasonOf(error));
  process.exit(1);
}

/** The first signal to stop lets requests finish, the second one does not. */
function obey(gateway: Gateway): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    void gateway.stop().then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  for (const signal of ['SIGHUP', 'SIGUSR1'] as const) process.on(signal, () => gateway.reopenLogs());
  gateway.replaced.then(
    () => process.exit(0),
    (error: unknown) => fail(error),
  );
}

/** `--check FILE`: says all that is wrong with a standalone file, and serves nothing. */
async function checkAndExit(path: string | undefined): Promise<never> {
  const { checkFile } = await import('./check/check-file.ts');
  const { pluginSchema } = await import('./catalogue.ts');
  if (path === undefined) {
    process.stderr.write('usage: --check FILE\n');
    process.exit(2);
  }
  try {
    const { env } = process;
    const cache = loadSettings(dataPlaneSettings, { env });
    const { lines, isSound } = checkFile(path, { env, lookup: pluginSchema, cache });
    process.stdout.write(`${lines.join('\n')}\n`, () => process.exit(isSound ? 0 : 1));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
  }
  return new Promise(() => {});
}

/** One line that tells an operator what to do. */
function reasonOf(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  if (error instanceof GatewayError) return `${error.message} (${error.detail})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
