import { runCommand } from './run-command.mjs';

/**
 * Runs npm with the very npm that started us, so that a machine with several behaves the same in every step.
 * @param {readonly string[]} args
 * @param {import('./run-command.mjs').CommandOptions} options
 */
export function npm(args, options) {
  const running = process.env.npm_execpath;
  const env = { ...process.env, ...quietNx, ...(options.show ? {} : { FORCE_COLOR: '0' }), ...options.env };
  if (running?.endsWith('.js')) return runCommand(process.execPath, [running, ...args], { ...options, env });
  return runCommand('npm', args, { ...options, env });
}

/** Nx must not leave a daemon behind, draw over our lines or call home. */
const quietNx = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', NX_INTERACTIVE: 'false' };

/**
 * The user's environment without what npm adds for its scripts: a process that serves traffic has no business with npm's settings.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutNpm(env = process.env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name) && name !== 'INIT_CWD'));
}
