import { Candidate, Predicates, type RouteRule } from './candidate.ts';
import { type CandidateList, inserted } from './candidate-list.ts';
import { hostPattern, type HostPattern } from './host-pattern.ts';
import { firstWildcard, type RouterMode } from './path-pattern.ts';
import { isByHost, type PathTrie, Router } from './router.ts';
import { TrieBuilder } from './trie-builder.ts';

/** The paths of one host while they are collected. */
interface HostDraft<T> {
  readonly host: HostPattern;
  readonly paths: TrieBuilder<CandidateList<T>>;
}

/** Makes a router of many rules at once, for a fraction of what it takes to add one after the other. */
export class RouterBuilder<T> {
  readonly #mode: RouterMode;
  readonly #hosts = new Map<string, HostDraft<T>>();
  readonly #anyHost = new TrieBuilder<CandidateList<T>>();

  constructor(mode: RouterMode) {
    this.#mode = mode;
  }

  add(rule: RouteRule<T>): void {
    const byHost = isByHost(this.#mode) && rule.hosts.length > 0;
    const predicates = Predicates.of(rule, !isByHost(this.#mode));
    for (const uri of rule.uris) {
      if (!byHost) this.#place(this.#anyHost, new Candidate(rule, uri, this.#mode, predicates, null));
      else
        for (const host of rule.hosts.map(hostPattern))
          this.#place(this.#pathsOf(host), new Candidate(rule, uri, this.#mode, predicates, host));
    }
  }

  /** The router of what was added. The builder is used up. */
  build(): Router<T> {
    const hosts = new TrieBuilder<PathTrie<T>>();
    for (const { host, paths } of this.#hosts.values()) {
      const trie = paths.build();
      hosts.update(host.key, host.slot, () => trie);
    }
    return new Router(this.#mode, hosts.build(), this.#anyHost.build());
  }

  #place(paths: TrieBuilder<CandidateList<T>>, candidate: Candidate<T>): void {
    const { source } = candidate;
    const wildcard = firstWildcard(source, this.#mode);
    if (wildcard < 0) paths.update(source, 'exact', (list) => inserted(list, candidate));
    else paths.update(source.slice(0, wildcard), 'prefix', (list) => inserted(list, candidate));
  }

  #pathsOf(host: HostPattern): TrieBuilder<CandidateList<T>> {
    const key = `${host.slot} ${host.key}`;
    let draft = this.#hosts.get(key);
    if (!draft) this.#hosts.set(key, (draft = { host, paths: new TrieBuilder() }));
    return draft.paths;
  }
}
