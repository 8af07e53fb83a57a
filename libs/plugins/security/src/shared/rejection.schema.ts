import { Type } from '@sluice/schema';

/** The status that a plugin refuses with, as it is configured. */
export const rejectedCode = (usual: number) =>
  Type.Integer({
    default: usual,
    minimum: 200,
    maximum: 599,
    title: 'Status',
    description: 'Status of a refusal.',
  });
