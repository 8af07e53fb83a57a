/** Why a control plane does not start, as the one line that its operator needs: the setting first, then the reason. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
