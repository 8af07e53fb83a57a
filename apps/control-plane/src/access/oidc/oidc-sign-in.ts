import { Inject, Injectable, Logger } from '@nestjs/common';
import { GatewayError } from '@sluice/errors';
import { accessErrors, TooManyAttempts } from '../access.errors.ts';
import { type Origin, SignIn } from '../sign-in.ts';
import { SignInLimit } from '../sign-in-limit.ts';
import type { OidcFlow } from './oidc-flow.ts';
import { OidcProblem } from './oidc-problem.ts';
import type { OidcChecks, OidcProvider } from './oidc-provider.ts';
import { OidcUsers } from './oidc-users.ts';

/** Injection token of the `OidcProvider`; null where single sign-on is off. */
export const OIDC_PROVIDER = Symbol('oidc provider');

/** Turns an answer of the provider into a session. */
@Injectable()
export class OidcSignIn {
  readonly #log = new Logger('sign-in');

  constructor(
    @Inject(OIDC_PROVIDER) private readonly provider: OidcProvider | null,
    @Inject(OidcUsers) private readonly users: OidcUsers,
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(SignInLimit) private readonly limit: SignInLimit,
  ) {}

  /** Where to send a browser that wants to sign in. */
  begin(redirectUri: string): Promise<{ url: URL; checks: OidcChecks }> {
    return this.#provider()
      .begin(redirectUri)
      .catch((error: unknown) => this.#fail(error));
  }

  /** Ends a sign-in that a browser began; returns the token of its session. Throws an OidcProblem. */
  async finish(flow: OidcFlow, query: string, origin: Origin): Promise<string> {
    // Each one that fails has cost the provider a request and the audit trail an entry.
    const attempt = await this.limit.count(null, origin.sourceIp).catch((error: unknown) => this.#fail(error));
    try {
      const person = await this.#provider().finish(query, flow);
      const user = await this.users.admit(person, origin);
      const token = await this.signIn.admit(user, 'oidc', origin);
      await this.limit.forgive(attempt);
      return token;
    } catch (error) {
      return this.#refuse(error, origin);
    }
  }

  async #refuse(error: unknown, origin: Origin): Promise<never> {
    const isNoRole = error instanceof GatewayError && error.code === 'NO_ROLE';
    // Without a role the refusal is written down already, with the name of the user.
    if (isNoRole) throw new OidcProblem('oidc_no_role');
    if (error instanceof OidcProblem)
      await this.signIn.refuse('(unknown user)', origin, { method: 'oidc', reason: error.word });
    return this.#fail(error);
  }

  /** What went wrong goes to the log; no token and no code is part of it. */
  #fail(error: unknown): never {
    if (error instanceof TooManyAttempts) throw new OidcProblem('oidc_too_many');
    if (!(error instanceof OidcProblem)) throw error;
    const { message = '', code = '' } = (error.cause ?? {}) as { readonly message?: string; readonly code?: string };
    this.#log.warn(`single sign-on failed: ${error.word} ${message} ${code}`.trimEnd());
    throw error;
  }

  #provider(): OidcProvider {
    if (!this.provider) throw accessErrors.OIDC_OFF();
    return this.provider;
  }
}
