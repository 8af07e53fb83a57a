/** Why a sign-in at the identity provider did not end here, by the word in the address that it came back with. */
const problems: Readonly<Record<string, string>> = {
  oidc_denied: 'The identity provider refused the sign-in.',
  oidc_expired: 'The sign-in took too long. Try again.',
  oidc_refused: 'The answer of the identity provider does not hold. Try again; if it stays so, tell an administrator.',
  oidc_unavailable: 'The identity provider cannot be reached. Try again later.',
  oidc_no_role: 'You are known, but have no role here. Ask an administrator for one.',
  oidc_disabled: 'Your account is disabled. Ask an administrator.',
  oidc_name_taken: 'Somebody else has your user name here. Ask an administrator.',
  oidc_too_many: 'Too many sign-ins from your address have failed. Try again later.',
};

/** The sentence for a word; undefined for an address that was not made by the control plane. */
export function oidcProblem(word: string | undefined): string | undefined {
  return word === undefined || !Object.hasOwn(problems, word) ? undefined : problems[word];
}
