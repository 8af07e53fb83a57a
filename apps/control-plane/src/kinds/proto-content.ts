import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';

/** Files that every compiler brings along; they are known without being sent. */
const wellKnown = /^google\/protobuf\/[a-z_]+\.proto$/;

/**
 * What is wrong with the content of a proto: neither the text of one `.proto` file nor a set of file descriptors in base64.
 * Nothing is compiled to code, so that a name in the content can never be run.
 */
export function checkProto(content: string): string | undefined {
  const problem = textProblem(content);
  if (problem === undefined || !isDescriptorSet(content)) return problem;
  return undefined;
}

function textProblem(content: string): string | undefined {
  try {
    const root = new protobuf.Root();
    const { imports = [], weakImports = [] } = protobuf.parse(content, root, { keepCase: true });
    for (const path of [...imports, ...weakImports]) {
      const known = wellKnown.test(path) ? protobuf.common.get(path) : null;
      if (!known?.nested) return `the import "${path}" is not part of it: send the files together, as a descriptor set`;
      root.addJSON(known.nested);
    }
    root.resolveAll();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isDescriptorSet(content: string): boolean {
  const text = content.trim();
  if (!/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) return false;
  try {
    const set = descriptor.FileDescriptorSet.decode(Buffer.from(text, 'base64'));
    const { file } = descriptor.FileDescriptorSet.toObject(set) as { file?: unknown[] };
    if (!file || file.length === 0) return false;
    (protobuf.Root as unknown as DescribedRoot).fromDescriptor(set).resolveAll();
    return true;
  } catch {
    // The other reading of the content has a message; that bytes are no descriptor helps nobody.
    return false;
  }
}

/** What the extension adds to the class, which its types leave to the reader. */
interface DescribedRoot {
  fromDescriptor(set: protobuf.Message): protobuf.Root;
}
