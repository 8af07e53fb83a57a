const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-11-21T03:04:05+00:00`, in the zone of the process. */
export function isoTime(ms: number): string {
  const date = new Date(ms);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const [hours, minutes] = offset(date);
  return `${day}T${clock(date)}${hours}:${minutes}`;
}

/** `21/Nov/2026:03:04:05 +0000`, in the zone of the process. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const day = `${two(date.getDate())}/${months[date.getMonth()] ?? ''}/${date.getFullYear()}`;
  return `${day}:${clock(date)} ${offset(date).join('')}`;
}

function clock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function offset(date: Date): readonly [hours: string, minutes: string] {
  const minutes = -date.getTimezoneOffset();
  const sign = minutes < 0 ? '-' : '+';
  return [sign + two(Math.floor(Math.abs(minutes) / 60)), two(Math.abs(minutes) % 60)];
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
