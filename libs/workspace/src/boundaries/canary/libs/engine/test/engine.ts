import { fakeClock } from '@sluice/testing';

export const promise = ['a test may use equipment and name first-plugin', fakeClock];
