import { Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ComponentProps, type JSX, lazy, Suspense } from 'react';
import type { JsonDiff } from './json-diff.tsx';
import type { JsonEditor } from './json-editor.tsx';
import type { LineChart } from './line-chart.tsx';

const LazyChart = lazy(() => import('./line-chart.tsx').then((module) => ({ default: module.LineChart })));
const LazyDiff = lazy(() => import('./json-diff.tsx').then((module) => ({ default: module.JsonDiff })));
const LazyEditor = lazy(() => import('./json-editor.tsx').then((module) => ({ default: module.JsonEditor })));

/** Values over time; its code arrives when it is first needed. */
export function Chart(props: ComponentProps<typeof LineChart>): JSX.Element {
  return (
    <Suspense fallback={<Skeleton h={props.height ?? 200} />}>
      <LazyChart {...props} />
    </Suspense>
  );
}

/** What changed between two JSON values, in the layout that fits the screen. */
export function Diff(props: Omit<ComponentProps<typeof JsonDiff>, 'layout'>): JSX.Element {
  const isWide = useMediaQuery('(min-width: 900px)', true, { getInitialValueInEffect: false });
  return (
    <Suspense fallback={<Skeleton h={160} />}>
      <LazyDiff {...props} layout={isWide ? 'split' : 'unified'} />
    </Suspense>
  );
}

/** A JSON editor; its code arrives when it is first needed. */
export function CodeEditor(props: ComponentProps<typeof JsonEditor>): JSX.Element {
  return (
    <Suspense fallback={<Skeleton h={320} />}>
      <LazyEditor {...props} />
    </Suspense>
  );
}
