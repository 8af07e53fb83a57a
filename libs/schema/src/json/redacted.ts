/** What a masked read shows in place of a secret, and what a write sends to keep it. */
export const redacted = '__redacted__';
