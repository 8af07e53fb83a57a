import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Water under the gate. Shade 7 carries white text at 5.7:1. */
const sluice: MantineColorsTuple = [
  '#e9f6fc',
  '#d2eaf6',
  '#a6d6ec',
  '#76c1e2',
  '#4fafd9',
  '#2f9fd0',
  '#1685b4',
  '#0b6a92',
  '#085676',
  '#06435d',
];

const dark: MantineColorsTuple = [
  '#d7dde5',
  '#b4bdc9',
  '#95a1b1',
  '#657183',
  '#3c4654',
  '#2d3541',
  '#222932',
  '#191e25',
  '#12161b',
  '#0c0f13',
];

/** Shade 7 carries white text at 5.9:1. */
const red: MantineColorsTuple = [
  '#fff1f0',
  '#ffe0de',
  '#ffbfbb',
  '#ff9a94',
  '#fb7a72',
  '#f0564d',
  '#dc3b32',
  '#bd2a22',
  '#9f211a',
  '#831a15',
];

/** Colours, type and density of the whole dashboard. System fonts: nothing is fetched from anywhere. */
export const theme = createTheme({
  primaryColor: 'sluice',
  primaryShade: 7,
  colors: { sluice, dark, red },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '620',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1rem' }, h3: { fontSize: '0.9375rem' } },
  },
  components: {
    Badge: { defaultProps: { radius: 'sm', variant: 'light', tt: 'none', fw: 550, miw: 'max-content' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 200, events: { hover: true, focus: true, touch: true } } },
    Modal: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, centered: true },
      styles: { title: { fontWeight: 620 } },
    },
    // It is a header of the dialog and not of the page, which is what readers would take it for.
    ModalHeader: { defaultProps: { role: 'none' } },
    DrawerHeader: { defaultProps: { role: 'none' } },
    Table: { defaultProps: { verticalSpacing: 9, horizontalSpacing: 'md' } },
  },
});

/** Text on a tint of its own colour, dark enough for 4.5:1 on light ground. */
const tinted = {
  sluice: '#06435d',
  teal: '#05614a',
  orange: '#9a3a05',
  red: '#8f1d16',
  violet: '#5132b5',
  gray: '#3d4752',
} as const;

/** Tints are see-through, so that they sit on any ground of the scheme. */
function tints(strength: number, textOf: (color: keyof typeof tinted) => string): Record<string, string> {
  const colors = Object.keys(tinted) as (keyof typeof tinted)[];
  return Object.assign({}, ...colors.map((color) => tint(color, strength, textOf(color))));
}

function tint(color: string, strength: number, text: string): Record<string, string> {
  const mix = (percent: number) => `color-mix(in srgb, var(--mantine-color-${color}-5) ${percent}%, transparent)`;
  return {
    [`--mantine-color-${color}-light`]: mix(strength),
    [`--mantine-color-${color}-light-hover`]: mix(strength + 6),
    [`--mantine-color-${color}-light-color`]: text,
    [`--mantine-color-${color}-text`]: text,
  };
}

/** Mantine's own tones for secondary text, errors and tints miss 4.5:1, or are too heavy for a calm page. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...tints(14, (color) => tinted[color]),
    '--mantine-color-dimmed': '#586474',
    '--mantine-color-error': 'var(--mantine-color-red-7)',
    '--mantine-color-placeholder': '#6b7684',
    '--sluice-page': '#f6f8fa',
    '--sluice-added': '#d9f2e1',
    '--sluice-removed': '#fde3e1',
  },
  dark: {
    ...tints(18, (color) => `var(--mantine-color-${color}-2)`),
    '--mantine-color-dimmed': 'var(--mantine-color-dark-2)',
    '--mantine-color-error': 'var(--mantine-color-red-3)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
    '--sluice-page': 'var(--mantine-color-dark-8)',
    '--sluice-added': '#17392a',
    '--sluice-removed': '#47211f',
  },
});
