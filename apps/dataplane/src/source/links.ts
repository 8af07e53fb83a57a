import type { Log } from '@sluice/plugin-kit';
import type { LinkState } from '@sluice/sync';
import type { HealthMessage } from '@sluice/sync/grpc';

const titles: Readonly<Record<string, string>> = { 'control-plane': 'the control plane', etcd: 'etcd' };

const fileMessages = { true: 'The configuration file is read.', false: 'The configuration file cannot be used.' };

/** The links of this data plane: as health reports them, and in the log whenever one has changed. */
export class Links {
  readonly #log: Log;
  readonly #states = new Map<string, LinkState>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes in the state of a link. Why it is down is told anew when it changes: a wrong password is no slow network. */
  note(name: string, state: LinkState): void {
    const before = this.#states.get(name);
    this.#states.set(name, state);
    // Being about to connect is no news.
    if (
      (!before && name !== 'file') ||
      (before !== undefined && before.connected === state.connected && before.reason === state.reason)
    )
      return;
    // A file is not connected to: it is wrong, or it is right.
    if (name === 'file')
      return this.#log[state.connected ? 'info' : 'error'](fileMessages[`${state.connected}`], {
        reason: state.reason,
      });
    const title = titles[name] ?? name;
    const message = state.connected ? `Connected to ${title}.` : `There is no connection to ${title}.`;
    this.#log.info(message, { reason: state.reason });
  }

  isConnected(name: string): boolean {
    return this.#states.get(name)?.connected ?? false;
  }

  report(): HealthMessage['links'] {
    return [...this.#states].map(([name, state]) => ({ name, reason: '', ...state }));
  }
}
