import type { CallInput, Token, Verification } from '@sluice/api-client';

/* Names of the dashboard for what the API's own description says about who gets in, and about what was done. */

export type { AuditEntry, Member, NewToken, NewUser, SessionRow, User } from '@sluice/api-client';
export type ApiToken = Token;

/** Whether what is stored is what was written. */
export type ChainReport = Verification;

/** What of a user can be set. */
export type UserFields = CallInput<'PATCH /users/{username}'>['body'];

/** A token as it shall be. */
export type TokenRequest = CallInput<'POST /tokens'>['body'];
