import type { QueryClient } from '@tanstack/react-query';
import { fleetQueries } from './fleet-queries.ts';
import { groupPath, groupQueries, sessionQuery } from './queries.ts';
import type { Instance, Overview, RateSample, Rates } from './types.ts';

/** Whether the dashboard hears of changes as they happen. */
export type LiveState = 'connecting' | 'live' | 'lost';

/** Ten minutes in steps of five seconds, as the overview's history begins. */
const samplesMax = 120;
const retryMs = 5_000;
/** A burst of revisions is read once, at its end and every so often on the way. */
const refreshMs = 400;

/** Keeps a group's cached answers in step with the control plane's events until the returned function is called. */
export function followGroup(queryClient: QueryClient, group: string, onState: (state: LiveState) => void): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let refresh: ReturnType<typeof setTimeout> | undefined;
  let wasLive = false;

  function open(): void {
    onState('connecting');
    source = new EventSource(`/api/v1${groupPath(group)}/events`);
    source.addEventListener('open', () => {
      onState('live');
      // Whatever happened while nobody listened is read again. What the page read before it listened for the first time, the
      // event of the present revision makes old, and the catalogue is no older than the page.
      if (wasLive) void queryClient.invalidateQueries({ queryKey: groupQueries(group).key });
      wasLive = true;
    });
    source.addEventListener('revision', refreshSoon);
    source.addEventListener('instance', (event) => applyInstance(queryClient, group, JSON.parse(event.data)));
    source.addEventListener('metrics', (event) => applyMetrics(queryClient, group, JSON.parse(event.data).rates));
    source.addEventListener('error', fail);
  }

  function refreshSoon(): void {
    refresh ??= setTimeout(() => {
      refresh = undefined;
      applyRevision(queryClient, group);
    }, refreshMs);
  }

  function fail(): void {
    onState('lost');
    // The browser retries a dropped connection itself, but gives up on a refused one, such as after a sign-out.
    if (source?.readyState !== EventSource.CLOSED) return;
    void queryClient.invalidateQueries(sessionQuery);
    retry = setTimeout(open, retryMs);
  }

  open();
  return () => {
    clearTimeout(retry);
    clearTimeout(refresh);
    source?.close();
  };
}

/** A new revision makes every answer about configuration old; the catalogue and past revisions stay. */
export function applyRevision(queryClient: QueryClient, group: string): void {
  for (const part of ['resources', 'revisions', 'overview', 'instances', 'drafts']) {
    void queryClient.invalidateQueries({ queryKey: ['group', group, part] });
  }
}

/** Puts one data plane's news in its place in the list. What it refuses may block its group, which the overview tells. */
export function applyInstance(queryClient: QueryClient, group: string, instance: Instance): void {
  const { queryKey } = groupQueries(group).instances();
  const known = queryClient.getQueryData(queryKey)?.list.find(({ id }) => id === instance.id);
  queryClient.setQueryData(queryKey, (answer) => {
    if (!answer) return answer;
    if (!known) return { ...answer, list: [...answer.list, instance] };
    return { ...answer, list: answer.list.map((one) => (one.id === instance.id ? instance : one)) };
  });
  void queryClient.invalidateQueries({ queryKey: fleetQueries(group).instanceKey(instance.id) });
  const hasNews = known?.last_nack?.revision !== instance.last_nack?.revision || known?.status !== instance.status;
  if (hasNews) void queryClient.invalidateQueries({ queryKey: groupQueries(group).overview().queryKey });
}

/** Puts the present rates beside the past ones. */
export function applyMetrics(queryClient: QueryClient, group: string, rates: Rates, now = new Date()): void {
  queryClient.setQueryData(
    groupQueries(group).overview().queryKey,
    (overview) => overview && withRates(overview, rates, now),
  );
}

function withRates(overview: Overview, rates: Rates, now: Date): Overview {
  const { requests_per_second, errors_per_second, latency_p99_ms } = rates;
  const sample: RateSample = { time: now.toISOString(), requests_per_second, errors_per_second, latency_p99_ms };
  return { ...overview, rates, history: [...overview.history, sample].slice(-samplesMax) };
}
