import type { Described, OpenApi } from '../catalogue/read-openapi.ts';
import { typeText } from './type-text.ts';

/** Where the types of the client stand. */
export const clientTypesFile = 'libs/api-client/src/generated.ts';

const HEAD = `/* oxlint-disable max-lines */
// Written by \`npm run generate\` from the decorators of the control plane. Whoever edits this loses what was edited.
`;

/** The TypeScript types of everything that `/api/v1` takes and answers. */
export function clientTypes({ paths, components }: OpenApi): string {
  const schemas = Object.entries(components.schemas).map(([name, schema]) => {
    const about = firstSentence(schema['description']) ?? `${name}, as the control plane answers it.`;
    return `/** ${about} */\nexport type ${name} = ${typeText(schema)};\n`;
  });
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationText(method, path, operation)),
  );
  const table = `/** Every operation, with what it takes and answers. */\nexport interface Operations {\n${operations.join('')}}\n`;
  return [HEAD, ...schemas, table].join('\n');
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Described;
}

function operationText(method: string, path: string, operation: Described): string {
  const parameters = (operation['parameters'] ?? []) as readonly Parameter[];
  const body = operation['requestBody'] as { readonly required: boolean; readonly content: Described } | undefined;
  const parts = [
    ...parameterText('path', parameters, 'path'),
    ...parameterText('query', parameters, 'query'),
    ...parameterText('header', parameters, 'headers'),
    ...(body ? [`readonly body${body.required ? '' : '?'}: ${contentText(body.content)}`] : []),
  ];
  const input = parts.length > 0 ? `{ ${parts.join('; ')} }` : 'Readonly<Record<string, never>>';
  return [
    `  /** ${String(operation['summary'])}. */\n`,
    `  '${method.toUpperCase()} ${path}': {\n`,
    `    readonly input: ${input};\n`,
    `    readonly answer: ${answerText(operation['responses'] as Described)};\n`,
    `  };\n`,
  ].join('');
}

function parameterText(place: string, parameters: readonly Parameter[], key: string): string[] {
  const own = parameters.filter((parameter) => parameter.in === place);
  if (own.length === 0) return [];
  const fields = own.map(({ name, required, schema }) => {
    const quoted = /^\w+$/.test(name) ? name : `'${name}'`;
    const type = typeText(schema);
    // What is absent may also be said to be.
    return `readonly ${quoted}${required ? '' : '?'}: ${required ? type : `${type} | undefined`}`;
  });
  const isRequired = own.some(({ required }) => required);
  return [`readonly ${key}${isRequired ? '' : '?'}: { ${fields.join('; ')} }`];
}

function answerText(responses: Described): string {
  const texts = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, answer]) => contentText((answer as Described)['content'] as Described | undefined));
  return [...new Set(texts)].join(' | ') || 'undefined';
}

function contentText(content: Described | undefined): string {
  const [[media, described] = []] = Object.entries(content ?? {});
  if (media === undefined) return 'undefined';
  return media === 'application/json' ? typeText((described as Described)['schema']) : 'string';
}

function firstSentence(text: unknown): string | undefined {
  return typeof text === 'string' ? text.split('\n')[0]?.replaceAll('*/', '* /') : undefined;
}
