import type { DocumentNode, OperationDefinitionNode, parse as Parse } from 'graphql/language';

/** What can be asked of a GraphQL request: its first operation. Null where the text is no GraphQL. */
export type GraphqlRequest = {
  readonly name: string;
  readonly operation: string;
  readonly rootFields: readonly string[];
} | null;

/** Longer than any hand-written query; parsing takes time for every byte of it. */
const lengthMax = 1024 * 1024;
const tokensMax = 10_000;

let parse: typeof Parse | null = null;

/** Loads the parser, which most gateways never need. */
export async function loadGraphql(): Promise<void> {
  ({ parse } = await import('graphql/language'));
}

/** Reads a request. */
export function graphqlRequest(source: string): GraphqlRequest | 'not loaded' {
  if (parse === null) return 'not loaded';
  if (source.length > lengthMax) return null;
  try {
    return firstOperation(parse(source, { noLocation: true, maxTokens: tokensMax }));
  } catch {
    // No GraphQL: a syntax error, too many tokens, or nested deeper than the stack.
    return null;
  }
}

/** `name`, `operation` or `root_fields` of a request. An operation without a name has the empty text. */
export function graphqlVariable(request: GraphqlRequest | 'not loaded', field: string): unknown {
  if (request === null || request === 'not loaded') return undefined;
  if (field === 'name') return request.name;
  if (field === 'operation') return request.operation;
  return field === 'root_fields' ? request.rootFields : undefined;
}

function firstOperation({ definitions }: DocumentNode): GraphqlRequest {
  const first = definitions.find((definition) => definition.kind === 'OperationDefinition');
  if (first === undefined) return null;
  const { name, operation, selectionSet }: OperationDefinitionNode = first;
  const rootFields = selectionSet.selections.flatMap((field) => (field.kind === 'Field' ? [field.name.value] : []));
  return { name: name?.value ?? '', operation, rootFields };
}
