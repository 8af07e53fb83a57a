import { isIP } from 'node:net';
import { addressSet, type AddressSet } from '@sluice/expr';
import type { Exchange } from './exchange.ts';
import type { Peer } from './peer.ts';

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

  /** The inbound `X-Forwarded-For` to go on with; with a list of trusted proxies, only theirs. */
  forwardedFor({ scan, peer }: Exchange): string | undefined {
    if (scan.forwardedFor === undefined || this.#trusted === null || this.#trusted(peer.ip)) return scan.forwardedFor;
    return undefined;
  }

  /** Whether the other `X-Forwarded-*` fields of a peer are passed on instead of replaced. */
  restoresForwarded(peer: Peer): boolean {
    return this.#trusted !== null && this.#trusted(peer.ip);
  }
}
