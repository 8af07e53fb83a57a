/** Makes the part of a scroll area that moves a stop of the keyboard, with a name. */
export function scrollableBy(label: string) {
  return { viewportProps: { tabIndex: 0, role: 'region', 'aria-label': label } } as const;
}
