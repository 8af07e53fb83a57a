import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';

/** The names in `/etc/hosts`, which count more than what a name server says. Read again when the file has changed. */
export class HostsFile {
  readonly #path: string;
  #version = '';
  #addresses: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(path = '/etc/hosts') {
    this.#path = path;
  }

  /** The addresses of a name; empty where it is not in the file. */
  async find(host: string): Promise<readonly string[]> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (version !== this.#version) this.#addresses = parsed(await readFile(this.#path, 'utf8'));
      this.#version = version;
    } catch {
      // Without the file nothing is known from it.
      this.#addresses = new Map();
    }
    return this.#addresses.get(host.toLowerCase()) ?? [];
  }
}

function parsed(text: string): Map<string, string[]> {
  const addresses = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const known = addresses.get(name.toLowerCase());
      if (known) known.push(address);
      else addresses.set(name.toLowerCase(), [address]);
    }
  }
  return addresses;
}
