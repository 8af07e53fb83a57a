import type { JSX } from 'react';

/** A sluice gate with water under it. Decorative: the name stands beside it. */
export function BrandMark({ size = 26 }: { readonly size?: number }): JSX.Element {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0b6a92" />
      <path d="M8 6v10M16 6v7M24 6v10" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <g fill="none" stroke="#9bdcf5" strokeWidth="2.6" strokeLinecap="round">
        <path d="M5 21c2.8-2.6 5.2-2.6 8 0s5.2 2.6 8 0 4.2-2.4 6-1.2" />
        <path d="M5 26.5c2.8-2.6 5.2-2.6 8 0s5.2 2.6 8 0 4.2-2.4 6-1.2" opacity=".6" />
      </g>
    </svg>
  );
}
