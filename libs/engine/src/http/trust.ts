import { isIP } from 'node:net';
import { addressSet, type AddressSet } from '@sluice/expr';
import type { HeaderScan } from './header-scan.ts';
import type { Peer } from './peer.ts';
import type { RequestMessage } from './request-message.ts';

/** Whose word about the client is taken: proxies in front of the gateway. */
export class Trust {
  readonly #realIpFrom: AddressSet;
  readonly #trusted: AddressSet | null;

  constructor(realIpFrom: readonly string[], trustedAddresses: readonly string[] | undefined) {
    this.#realIpFrom = addressSet(realIpFrom);
    this.#trusted = trustedAddresses ? addressSet(trustedAddresses) : null;
  }

  /** The address of the client: that of its connection, unless a proxy that may say so names another. */
  clientIp(peer: Peer, realIp: string | undefined): string {
    return realIp !== undefined && isIP(realIp) !== 0 && this.#realIpFrom(peer.ip) ? realIp : peer.ip;
  }

  /**
   * Takes out what a peer says about the client without being believed, so that what stands there later is a plugin's. A
   * chain of addresses is a hint that anybody may give, unless there is a list of those who may.
   */
  dropUnbelieved({ headers }: RequestMessage, { forwardedFor, hasForwarded }: HeaderScan, { ip }: Peer): void {
    if ((forwardedFor === undefined && !hasForwarded) || this.#trusted?.(ip)) return;
    if (this.#trusted !== null) headers.remove('x-forwarded-for');
    if (hasForwarded) headers.removeWhere(isForwardedName);
  }
}

/** Whether a field says how the client reached a proxy in front, apart from the chain of addresses. */
function isForwardedName(name: string): boolean {
  return /^(?:forwarded|x-forwarded-(?:host|port|proto))$/i.test(name);
}
