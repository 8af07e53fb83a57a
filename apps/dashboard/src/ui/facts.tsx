import { DataList } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { JSX, ReactNode } from 'react';

/** Names and values, side by side where there is room. */
export function Facts({ children }: { readonly children: ReactNode }): JSX.Element {
  const isWide = useMediaQuery('(min-width: 40em)', true, { getInitialValueInEffect: false });
  return (
    <DataList size="sm" labelWidth={170} orientation={isWide ? 'horizontal' : 'vertical'}>
      {children}
    </DataList>
  );
}

/** One name and its value. */
export function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }): JSX.Element {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{label}</DataList.ItemLabel>
      <DataList.ItemValue miw={0}>{children}</DataList.ItemValue>
    </DataList.Item>
  );
}
