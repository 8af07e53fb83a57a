import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type * as Core from 'quickjs-emscripten-core';
import type { CustomizeVariantOptions, QuickJSSyncVariant, QuickJSWASMModule } from 'quickjs-emscripten-core';

/** What the interpreter itself needs beside the memory of the function. */
const ownMiB = 8;
/** The interpreter was built to begin with so much. */
const leastMiB = 16;
const pagesPerMiB = 16;

type WasmModule = NonNullable<CustomizeVariantOptions['wasmModule']>;
type WasmMemory = NonNullable<CustomizeVariantOptions['wasmMemory']>;

/** What is used of the platform's WebAssembly, which the types of Node leave out. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    compile(bytes: Uint8Array): Promise<WasmModule>;
    readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  };
};

type Parts = readonly [typeof Core, QuickJSSyncVariant, WasmModule];

let parts: Promise<Parts> | null = null;

/** Loads the packages and compiles their code, so that the first function does not wait for that; once is enough. */
export function preloadInterpreter(): void {
  // Whoever needs it next is told why it failed.
  loaded().catch(() => (parts = null));
}

/**
 * A new interpreter in a memory of its own, which cannot grow beyond what is said here: whatever runs in it can neither
 * reach nor exhaust anything else.
 */
export async function newInterpreter(memoryMiB: number): Promise<QuickJSWASMModule> {
  const [core, base, wasmModule] = await loaded();
  const pages = Math.max(leastMiB, memoryMiB + ownMiB) * pagesPerMiB;
  const wasmMemory = new WebAssembly.Memory({ initial: leastMiB * pagesPerMiB, maximum: pages });
  return core.newQuickJSWASMModuleFromVariant(core.newVariant(base, { wasmModule, wasmMemory }));
}

function loaded(): Promise<Parts> {
  return (parts ??= load());
}

async function load(): Promise<Parts> {
  const path = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  const [core, build, wasmModule] = await Promise.all([
    import('quickjs-emscripten-core'),
    import('@jitl/quickjs-wasmfile-release-sync'),
    readFile(path).then((bytes) => WebAssembly.compile(bytes)),
  ]);
  // Its types describe the CommonJS file, what is loaded is the ES module.
  return [core, build.default as unknown as QuickJSSyncVariant, wasmModule];
}
