export type { Engine } from '@sluice/engine';
