import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';

/** What the extension adds to the class, which its types leave to the reader. */
interface DescribedRoot {
  fromDescriptor(set: protobuf.Message): protobuf.Root;
}

/** Services and messages of a proto: of the text of a `.proto` file, or of a `FileDescriptorSet` in base64. */
export function readProto(content: string): protobuf.Root {
  const text = content.trim();
  const isBase64 = /^[A-Za-z0-9+/\s]+={0,2}$/.test(text);
  const root = isBase64 ? ofDescriptors(Buffer.from(text, 'base64')) : ofText(text);
  root.resolveAll();
  return root;
}

function ofDescriptors(bytes: Buffer): protobuf.Root {
  const set = descriptor.FileDescriptorSet.decode(bytes);
  return (protobuf.Root as unknown as DescribedRoot).fromDescriptor(set);
}

function ofText(text: string): protobuf.Root {
  const root = new protobuf.Root();
  const { imports = [], weakImports = [] } = protobuf.parse(text, root, { keepCase: true });
  for (const path of [...imports, ...weakImports]) {
    // The library brings along what the compiler does; anything else is no part of one text.
    const known = protobuf.common.get(path);
    if (!known?.nested) throw new Error(`the import "${path}" is not part of it`);
    root.addJSON(known.nested);
  }
  return root;
}
