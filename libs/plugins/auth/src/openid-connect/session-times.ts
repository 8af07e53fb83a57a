import type { OpenidConfig } from './config.ts';

/** When a session began, was renewed and was used, in seconds since the epoch. */
export interface SessionTimes {
  readonly begunAt: number;
  readonly renewedAt: number;
  readonly usedAt: number;
}

/** How long sessions last, in seconds; `Infinity` for no limit. */
export interface SessionLimits {
  readonly idle: number;
  readonly rolling: number;
  readonly absolute: number;
}

/** The limits of a configuration. */
export function sessionLimits(session: NonNullable<OpenidConfig['session']>): SessionLimits {
  return {
    idle: limit(session.idling_timeout ?? 900),
    rolling: limit(session.rolling_timeout ?? 3600),
    absolute: limit(session.absolute_timeout ?? session.cookie?.lifetime ?? 86_400),
  };
}

function limit(seconds: number): number {
  return seconds === 0 ? Infinity : seconds;
}

/** Seconds that are left of a session if nobody uses it; 0 or less where it is over. */
export function secondsLeft(times: SessionTimes, limits: SessionLimits, now: number): number {
  return Math.min(
    times.usedAt + limits.idle - now,
    times.renewedAt + limits.rolling - now,
    times.begunAt + limits.absolute - now,
  );
}

/** The times of a session that is used now, where they must be written anew: not with each request. */
export function timesOfUse<T extends SessionTimes>(session: T, limits: SessionLimits, now: number): T | undefined {
  const isRenewed = now - session.renewedAt >= limits.rolling * 0.75;
  const isTouched = now - session.usedAt >= Math.min(60, limits.idle / 4);
  if (!isRenewed && !(isTouched && limits.idle !== Infinity)) return undefined;
  return { ...session, usedAt: now, renewedAt: isRenewed ? now : session.renewedAt };
}
