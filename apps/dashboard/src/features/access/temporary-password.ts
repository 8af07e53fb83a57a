import { showSecretOnce } from '../../ui/secret-once.tsx';

/** Shows a password that the control plane made up for somebody. */
export function showTemporaryPassword(username: string, password: string): void {
  showSecretOnce({
    title: `Password of ${username}`,
    label: 'Password',
    secret: password,
    hint: `Give ${username} this temporary password, to be changed at the first sign-in.`,
  });
}
