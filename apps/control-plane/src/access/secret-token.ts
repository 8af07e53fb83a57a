import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** 256 random bits, safe in URLs, headers and cookies. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

const API_TOKEN_MARK = 'slt_';
const SHOWN_LENGTH = API_TOKEN_MARK.length + 4;

/** A token for programs. Its mark lets scanners find it where it should not be. */
export function newApiToken(): string {
  return API_TOKEN_MARK + newToken();
}

/** The beginning of a token, by which people tell it from others: 24 of its 256 random bits. */
export function tokenPrefix(token: string): string {
  return token.slice(0, SHOWN_LENGTH);
}

/** What is stored of a token. A plain hash is enough: 256 random bits cannot be guessed, however fast the hash. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Whether a token has this hash, in a time that tells nothing about either. */
export function hasHash(token: string, hash: Uint8Array): boolean {
  return timingSafeEqual(tokenHash(token), hash);
}

/**
 * The token that proves a write comes from a page that was allowed to read: derived from the session's token, so that it
 * can be told again after a reload although only hashes are stored.
 */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('sluice csrf token').digest('base64url');
}

// Without letters and digits that look alike.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password that can be typed from a terminal: about 99 random bits in four groups. */
export function newPassword(): string {
  const letters = Array.from({ length: 20 }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return letters.join('').replace(/.{5}(?!$)/g, '$&-');
}
