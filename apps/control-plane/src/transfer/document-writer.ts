import { Inject, Injectable } from '@nestjs/common';
import { type JsonObject, kinds, type KindName } from '@sluice/schema';
import { documentVersion, itemOf, sections, writeItems, writeYaml } from '@sluice/transfer';
import type { Group } from '../resources/groups.ts';
import type { SealedBody } from '../sealing/sealing.ts';
import { GroupState } from './group-state.ts';

/** How a group is exported. */
export interface ExportOptions {
  readonly format: 'yaml' | 'json';
  /** `redacted`: secrets are left out. `encrypted`: they come along as they are stored. */
  readonly secrets: 'redacted' | 'encrypted';
  /** Whether times of creation and change come along. */
  readonly keepsTimes: boolean;
  readonly revision: number;
}

/**
 * Writes the state of a group as one document, part by part, and always the same for the same state: no revision and no
 * time of day is in it, resources and fields are in order. So two documents differ by what differs, and by nothing else.
 */
@Injectable()
export class DocumentWriter {
  constructor(@Inject(GroupState) private readonly state: GroupState) {}

  async *write(group: Group, options: ExportOptions): AsyncGenerator<string> {
    const form = options.format === 'json' ? new JsonForm() : new YamlForm();
    yield form.begin(group.name);
    for (const [section, names] of sections) yield* this.#section(group, section, names, options, form);
    if (options.secrets === 'encrypted') yield* this.#sealed(group, options.revision, form);
    if (options.revision === group.headRevision) yield form.texts('expires', await this.#expiries(group.id));
    yield form.end();
  }

  async *#section(
    group: Group,
    section: string,
    names: readonly KindName[],
    { keepsTimes, revision }: ExportOptions,
    form: Form,
  ): AsyncGenerator<string> {
    let isOpen = false;
    for (const kind of names) {
      for await (const page of this.state.ofKind(group, kind, revision)) {
        const items = page.map(({ id, body }) => itemOf(kind, id, valueOf(kind, body, keepsTimes)));
        yield `${isOpen ? '' : form.open(section)}${form.items(items, !isOpen)}`;
        isOpen = true;
      }
    }
    if (isOpen) yield form.close();
  }

  /** Envelopes as they are stored: sealed anew, they would be different each time. */
  async *#sealed(group: Group, revision: number, form: Form): AsyncGenerator<string> {
    const envelopes = new Map<string, string>();
    for (const kind of kinds.keys()) {
      for await (const page of this.state.ofKind(group, kind, revision)) addEnvelopes(envelopes, page);
    }
    yield form.texts('sealed', envelopes);
  }

  async #expiries(groupId: number): Promise<Map<string, string>> {
    const expiries = await this.state.expiries(groupId);
    return new Map([...expiries].map(([key, at]) => [key, at.toISOString()]));
  }
}

function addEnvelopes(envelopes: Map<string, string>, page: readonly SealedBody[]): void {
  for (const { kind, id, sealed } of page) if (sealed) envelopes.set(`${kind}/${id}`, sealed.toString('base64'));
}

function valueOf(kind: KindName, body: string, keepsTimes: boolean): JsonObject {
  const value = JSON.parse(body) as JsonObject;
  if (keepsTimes || !kinds.get(kind)?.isTimed) return value;
  const { create_time: _created, update_time: _updated, ...rest } = value;
  return rest as JsonObject;
}

interface Form {
  begin(group: string): string;
  open(section: string): string;
  items(items: readonly JsonObject[], isFirst: boolean): string;
  close(): string;
  /** A section of texts by key; nothing where there are none. */
  texts(section: string, texts: ReadonlyMap<string, string>): string;
  end(): string;
}

class YamlForm implements Form {
  begin(group: string): string {
    return writeYaml({ sluice: documentVersion }) + writeYaml({ group });
  }

  open(section: string): string {
    return `${section}:\n`;
  }

  items(items: readonly JsonObject[]): string {
    return writeItems(items, '  ');
  }

  close(): string {
    return '';
  }

  texts(section: string, texts: ReadonlyMap<string, string>): string {
    return texts.size === 0 ? '' : writeYaml({ [section]: Object.fromEntries(texts) });
  }

  /** Without this line a data plane takes the file for one that is still being written. */
  end(): string {
    return '#END\n';
  }
}

class JsonForm implements Form {
  begin(group: string): string {
    return `{\n  "sluice": ${documentVersion},\n  "group": ${JSON.stringify(group)}`;
  }

  open(section: string): string {
    return `,\n  "${section}": [\n`;
  }

  items(items: readonly JsonObject[], isFirst: boolean): string {
    const texts = items.map((item) => indented(JSON.stringify(sorted(item), null, 2), '    '));
    return `${isFirst ? '' : ',\n'}${texts.join(',\n')}`;
  }

  close(): string {
    return '\n  ]';
  }

  texts(section: string, texts: ReadonlyMap<string, string>): string {
    if (texts.size === 0) return '';
    return `,\n  "${section}": ${indented(JSON.stringify(sorted(Object.fromEntries(texts)), null, 2), '  ').trimStart()}`;
  }

  end(): string {
    return '\n}\n';
  }
}

/** Stored values are canonical, so that only what an item was given besides stands in another place. */
function sorted(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function indented(text: string, indent: string): string {
  return text.replace(/^/gm, indent);
}
