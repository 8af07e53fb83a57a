import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
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

let compiled: Promise<WasmModule> | null = null;

/**
 * A new interpreter in a memory of its own, which cannot grow beyond what is said here: whatever runs in it can neither
 * reach nor exhaust anything else. The packages are loaded, and their code is compiled, when the first one is made.
 */
export async function newInterpreter(memoryMiB: number): Promise<QuickJSWASMModule> {
  const [core, build] = await Promise.all([
    import('quickjs-emscripten-core'),
    import('@jitl/quickjs-wasmfile-release-sync'),
  ]);
  // Its types describe the CommonJS file, what is loaded is the ES module.
  const base = build.default as unknown as QuickJSSyncVariant;
  const wasmModule = await (compiled ??= compile());
  const pages = Math.max(leastMiB, memoryMiB + ownMiB) * pagesPerMiB;
  const wasmMemory = new WebAssembly.Memory({ initial: leastMiB * pagesPerMiB, maximum: pages });
  return core.newQuickJSWASMModuleFromVariant(core.newVariant(base, { wasmModule, wasmMemory }));
}

async function compile(): Promise<WasmModule> {
  const path = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  return WebAssembly.compile(await readFile(path));
}
