import type { ApiToken } from '../../api/access-types.ts';

/** Whether a token still opens anything. */
export function stateOf({ revoked_at: revokedAt, expires_at: expiresAt }: ApiToken, now: Date) {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && new Date(expiresAt) <= now ? 'expired' : 'valid';
}

/** What a token may do, a line for each thing that matters. */
export function scopeOf(
  token: Pick<ApiToken, 'role' | 'groups' | 'read_only' | 'apis' | 'kinds' | 'type' | 'username'>,
) {
  const where = token.groups === null ? 'wherever its maker may' : `in ${token.groups.join(', ')}`;
  return [
    `${token.role} ${where}${token.read_only ? ', reading only' : ''}`,
    ...(token.kinds === null ? [] : [`only ${token.kinds.join(', ').replaceAll('_', ' ')}`]),
    ...(token.apis.length === 1 ? [`by ${token.apis[0] === 'api' ? '/api/v1' : 'the Admin API'} only`] : []),
    ...(token.type === 'own' && token.username !== null ? [`for ${token.username}`] : []),
  ];
}
