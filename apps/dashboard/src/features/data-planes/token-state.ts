import type { JoinToken } from '../../api/types.ts';

/** What a join token is good for: an expired one lets nobody new in, a revoked one nobody at all. */
export type TokenState = 'open' | 'expired' | 'revoked';

/** Where a join token stands now. */
export function tokenState(token: Pick<JoinToken, 'expires_at' | 'revoked_at'>, now: Date): TokenState {
  if (token.revoked_at !== null) return 'revoked';
  return token.expires_at !== null && new Date(token.expires_at) <= now ? 'expired' : 'open';
}
