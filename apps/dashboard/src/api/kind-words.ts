import type { Catalogue } from './types.ts';

/** How people call kinds whose name on the wire says too little. */
export const kindWords: ReadonlyMap<string, { readonly label: string; readonly plural: string }> = new Map([
  ['ssl', { label: 'SSL certificate', plural: 'SSL certificates' }],
  ['secret', { label: 'secret store', plural: 'secret stores' }],
  ['graphql_cost_decoration', { label: 'GraphQL cost decoration', plural: 'GraphQL cost decorations' }],
  ['plugin_metadata', { label: 'plugin metadata', plural: 'plugin metadata' }],
]);

/** A catalogue whose kinds are called as people call them. */
export function withWords(catalogue: Catalogue): Catalogue {
  const kinds = catalogue.kinds.map((kind) => ({ ...kind, label: kindWords.get(kind.name)?.label ?? kind.label }));
  return { ...catalogue, kinds };
}
