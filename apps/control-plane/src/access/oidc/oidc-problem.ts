/** Why somebody could not sign in with the provider; the sign-in page has words for each. */
export type OidcWord =
  | 'oidc_denied'
  | 'oidc_expired'
  | 'oidc_refused'
  | 'oidc_unavailable'
  | 'oidc_no_role'
  | 'oidc_disabled'
  | 'oidc_name_taken'
  | 'oidc_too_many';

/** A sign-in with the provider that did not come to a good end. The cause is for the log. */
export class OidcProblem extends Error {
  override readonly name = 'OidcProblem';
  readonly word: OidcWord;

  constructor(word: OidcWord, cause?: unknown) {
    super(word, { cause });
    this.word = word;
  }
}
