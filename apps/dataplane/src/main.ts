import { GatewayError } from '@sluice/errors';
import { loadSettings, SettingsError } from '@sluice/settings';
import { dataPlaneSettings } from './config/settings.ts';
import { startGateway } from './gateway.ts';
import { jsonLog } from './telemetry/json-log.ts';

const log = jsonLog();

try {
  const gateway = await startGateway(loadSettings(dataPlaneSettings, { env: process.env }), log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(gateway.stop()));
} catch (error) {
  log.error(reasonOf(error));
  process.exit(1);
}

async function stop(stopped: Promise<void>): Promise<void> {
  await stopped;
  process.exit(0);
}

/** One line that tells an operator what to do. */
function reasonOf(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  if (error instanceof GatewayError) return `${error.message} (${error.detail})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
