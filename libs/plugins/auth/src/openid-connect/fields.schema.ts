import { Type } from '@sluice/schema';

/** A text that may be left out. */
export const text = (title: string, description: string, more: object = {}) =>
  Type.Optional(Type.String({ ...more, title, description }));

/** For a text that has lines, such as a key in PEM. */
export const lines = { 'x-widget': 'long-text' };

/** A switch. */
export const flag = (initial: boolean, title: string, description: string) =>
  Type.Boolean({ default: initial, title, description });

/** A whole number that has a usual value. */
export const whole = (initial: number, title: string, description: string, more: object = {}) =>
  Type.Integer({ default: initial, ...more, title, description });

/** A whole number that may be left out. */
export const maybeWhole = (title: string, description: string) => Type.Optional(Type.Integer({ title, description }));
