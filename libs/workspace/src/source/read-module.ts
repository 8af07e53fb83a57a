import { type ESTree, parseSync, Visitor } from 'rolldown/utils';

/** A place in a file that names another module. */
export interface ImportSite {
  readonly specifier: string;
  readonly line: number;
  /** Erased by the compiler: costs nothing at run time, but is a dependency all the same. */
  readonly isTypeOnly: boolean;
}

/** A place in a file that spells a name: an identifier or a piece of text. Comments are not code and do not count. */
export interface WordSite {
  readonly text: string;
  readonly line: number;
}

/** What the checks want to know of a module. */
export interface ModuleFacts {
  readonly imports: readonly ImportSite[];
  readonly words: readonly WordSite[];
}

/** Parses a module with the bundler's own parser, so that text which only looks like an import is not taken for one. */
export function readModule(file: string, source: string): ModuleFacts {
  const { program, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file} does not parse: ${errors[0].message}`);
  const lineOf = lineFinder(source);
  const imports: ImportSite[] = [];
  const words: WordSite[] = [];
  const addImport = (from: ESTree.Expression | null, isTypeOnly: boolean) => {
    if (from?.type !== 'Literal' || typeof from.value !== 'string') return;
    imports.push({ specifier: from.value, line: lineOf(from.start), isTypeOnly });
  };
  const addWord = (text: string, offset: number) => words.push({ text, line: lineOf(offset) });
  new Visitor({
    ImportDeclaration: (node) => addImport(node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => addImport(node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => addImport(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => addImport(node.source, false),
    TSImportType: (node) => addImport(node.source, true),
    TSExternalModuleReference: (node) => addImport(node.expression, false),
    Literal: (node) => void (typeof node.value === 'string' && addWord(node.value, node.start)),
    TemplateElement: (node) => void addWord(node.value.raw, node.start),
    Identifier: (node) => void addWord(node.name, node.start),
    JSXText: (node) => void addWord(node.value, node.start),
  }).visit(program);
  return { imports, words };
}

/** Turns offsets into line numbers, counted from 1. */
function lineFinder(source: string): (offset: number) => number {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
