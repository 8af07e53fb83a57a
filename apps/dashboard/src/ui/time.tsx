import { useInterval } from '@mantine/hooks';
import { type JSX, useState } from 'react';

const refreshMs = 15_000;
const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago a moment was, in words; the clocks of two machines may differ, so the future is now. */
export function timeAgo(moment: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - moment.getTime()) / 1000));
  const [unit, size] = units.find(([, length]) => seconds >= length) ?? ['second', 1];
  return seconds < 10 ? 'just now' : relative.format(-Math.floor(seconds / size), unit);
}

/** A length of time in its two largest units. */
export function duration(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}

/** A moment as people speak of it, with the exact time on hover. */
export function TimeAgo({ at }: { readonly at: string | number }): JSX.Element {
  const [now, setNow] = useState(() => new Date());
  useInterval(() => setNow(new Date()), refreshMs, { autoInvoke: true });
  const moment = new Date(at);
  return (
    <time dateTime={moment.toISOString()} title={absolute.format(moment)}>
      {timeAgo(moment, now)}
    </time>
  );
}
