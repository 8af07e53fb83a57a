import type { Explanation } from '@sluice/schema';

/** How a request ended, or would have. */
export interface Outcome {
  readonly color: 'teal' | 'sluice' | 'orange' | 'red';
  readonly title: string;
}

/** The end of an explained request in a sentence. */
export function outcomeOf(explained: Explanation): Outcome {
  const { answer, upstream, route, plugins } = explained;
  if (isForecast(explained)) {
    const picked = upstream?.picked ?? null;
    if (picked === null) return { color: 'red', title: 'No node of the upstream could take the request' };
    return { color: 'teal', title: `Would be sent to ${picked}` };
  }
  const color = colorOf(answer.status);
  const failed = plugins.find(({ decision }) => decision === 'failed');
  if (failed) return { color: 'red', title: `${answer.status}: ${failed.plugin} failed` };
  const answered = plugins.find(({ decision }) => decision === 'answered');
  if (answered) return { color, title: `${answer.status}: ${answered.plugin} answered` };
  if (answer.origin === 'upstream')
    return { color, title: `${answer.status} from ${upstream?.picked ?? 'the upstream'}` };
  if (answer.origin === 'proxy-error') return { color, title: `${answer.status}: the upstream did not answer` };
  return {
    color,
    title: route ? `${answer.status} from the gateway` : `${answer.status}: no route takes this request`,
  };
}

/** Whether the request only was described and came as far as the upstream: then its answer is nobody's. */
export function isForecast({ is_sent: isSent, upstream, plugins }: Explanation): boolean {
  return (
    !isSent && upstream !== null && !plugins.some(({ decision }) => decision === 'failed' || decision === 'answered')
  );
}

function colorOf(status: number): Outcome['color'] {
  if (status >= 500) return 'red';
  if (status >= 400) return 'orange';
  return status >= 300 ? 'sluice' : 'teal';
}
