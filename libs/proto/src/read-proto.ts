import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';

/** Files that every compiler brings along; they are known without being sent. */
const wellKnown = /^google\/protobuf\/[a-z_]+\.proto$/;

/** What the extension adds to the class, which its types leave to the reader. */
interface DescribedRoot {
  fromDescriptor(set: protobuf.Message): protobuf.Root;
}

/**
 * Services and messages of a proto: of the text of one `.proto` file, or of a `FileDescriptorSet` in base64. Throws where it
 * is neither. Nothing is compiled to code, so that a name in it can never be run.
 */
export function readProto(content: string): protobuf.Root {
  const root = ofDescriptors(content.trim()) ?? ofText(content);
  root.resolveAll();
  return root;
}

/** What is wrong with the content of a proto. */
export function checkProto(content: string): string | undefined {
  try {
    readProto(content);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** That bytes are no descriptors helps nobody: the other reading of the content has a message. */
function ofDescriptors(text: string): protobuf.Root | null {
  if (!/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) return null;
  try {
    const set = descriptor.FileDescriptorSet.decode(Buffer.from(text, 'base64'));
    const { file } = descriptor.FileDescriptorSet.toObject(set) as { file?: unknown[] };
    if (!file || file.length === 0) return null;
    return (protobuf.Root as unknown as DescribedRoot).fromDescriptor(set);
  } catch {
    return null;
  }
}

function ofText(text: string): protobuf.Root {
  const root = new protobuf.Root();
  const { imports = [], weakImports = [] } = protobuf.parse(text, root, { keepCase: true });
  for (const path of [...imports, ...weakImports]) {
    const known = wellKnown.test(path) ? protobuf.common.get(path) : null;
    if (!known?.nested)
      throw new Error(`the import "${path}" is not part of it: send the files together, as a descriptor set`);
    root.addJSON(known.nested);
  }
  return root;
}
