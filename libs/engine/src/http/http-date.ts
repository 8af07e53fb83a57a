let second = 0;
let text = '';

/** The value of `Date`, formatted once a second. */
export function httpDate(nowMs: number): string {
  const now = Math.floor(nowMs / 1000);
  if (now !== second) {
    second = now;
    text = new Date(nowMs).toUTCString();
  }
  return text;
}
