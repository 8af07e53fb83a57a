import type { Module } from './library.ts';

/** A local variable while a template is compiled: where its value will be, and what is known of it already. */
export interface Local {
  readonly slot: number;
  readonly module?: Module | undefined;
}

/** The local variables that are visible at a place of a template. */
export class Names {
  #scopes: Map<string, Local>[] = [new Map()];
  #count = 0;

  /** How many values a rendering has to hold. */
  get count(): number {
    return this.#count;
  }

  declare(name: string, module?: Module): Local {
    const local = { slot: this.#count, module };
    this.#count += 1;
    this.#scopes.at(-1)?.set(name, local);
    return local;
  }

  find(name: string): Local | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i -= 1) {
      const local = this.#scopes[i]?.get(name);
      if (local) return local;
    }
    return undefined;
  }

  /** What is declared in `parse` is forgotten after it. */
  inScope<T>(parse: () => T): T {
    this.#scopes.push(new Map());
    try {
      return parse();
    } finally {
      this.#scopes.pop();
    }
  }
}
