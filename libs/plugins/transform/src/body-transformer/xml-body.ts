import { isJsonObject } from '@sluice/schema';
import { Table } from '@sluice/templates';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { UnreadableBody } from './unreadable-body.ts';

const textName = '#text';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  attributesGroupName: '_attr',
  textNodeName: textName,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  // Characters by their numbers are among these.
  htmlEntities: true,
});

/**
 * Reads XML: an element is a table of its elements, or a text where it has nothing else; one that is there several times is
 * a list; `_attr` are the attributes, and with them `[1]` is the text. Namespaces are left out.
 */
export function xmlFields(text: string): Table {
  // Entities of their own make a kilobyte into gigabytes, or read files; no message needs them.
  if (/<!DOCTYPE/i.test(text)) throw new UnreadableBody('a document type is not allowed');
  const validity = XMLValidator.validate(text);
  if (validity !== true) throw new UnreadableBody(`not valid XML: ${validity.err.msg} (line ${validity.err.line})`);
  const value = valueOf(parsed(text));
  if (value instanceof Table) return value;
  throw new UnreadableBody('not valid XML: there is no element');
}

function parsed(text: string): unknown {
  try {
    return parser.parse(text);
  } catch (error) {
    throw new UnreadableBody(`not valid XML: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function valueOf(node: unknown): unknown {
  if (Array.isArray(node)) return new Table(node.map(valueOf), true);
  if (!isJsonObject(node)) return node;
  const table = new Table();
  for (const [name, held] of Object.entries(node)) table.set(name === textName ? 1 : name, valueOf(held));
  return table;
}
