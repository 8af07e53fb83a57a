import { isIP } from 'node:net';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.ts';
import type { Principal } from './principal.ts';

/** Whoever calls the Admin API where no key is asked for. */
const anybody: Principal = {
  name: 'anonymous',
  type: 'admin_key',
  grants: [{ group: null, role: 'admin' }],
  credential: { type: 'key', hash: Buffer.alloc(0) },
  userId: null,
  limits: null,
  mustChangePassword: false,
};

/** Lets callers of the compatible Admin API in without a key, where the settings say so. */
@Injectable()
export class Keyless implements OnApplicationBootstrap {
  readonly #log = new Logger(Keyless.name);
  readonly #isOn: boolean;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.#isOn = !settings.admin_key_required;
  }

  onApplicationBootstrap(): void {
    if (this.#isOn) this.#log.warn('The Admin API asks for no key: whoever reaches its port can change everything.');
  }

  /** Who a request without a key is from; undefined where it is refused. */
  principalOf(request: FastifyRequest): Principal | undefined {
    return this.#isOn && !isOfWebPage(request) ? anybody : undefined;
  }
}

/**
 * Any page that somebody looks at can send requests from their browser, and by DNS rebinding read the answers: browsers say
 * where such a request comes from, and a name of the attacker's has a dot in it.
 */
function isOfWebPage({ headers, hostname }: FastifyRequest): boolean {
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return true;
  const name = hostname.replace(/^\[|\]$/g, '');
  return isIP(name) === 0 && name.includes('.');
}
