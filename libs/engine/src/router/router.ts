import { Candidate, Predicates, type RouteRule, type RoutingQuestion } from './candidate.ts';
import { type CandidateList, firstAccepting, type Found, inserted, undecided, withoutRule } from './candidate-list.ts';
import { hostPattern, type HostPattern } from './host-pattern.ts';
import { firstWildcard, type RouterMode } from './path-pattern.ts';
import { RadixTrie } from './radix-trie.ts';

/** What stands under the paths of a host, or of none. */
export type PathTrie<T> = RadixTrie<CandidateList<T>>;

/**
 * Finds the route of a request: exact paths before prefixes, longer prefixes before shorter ones, then by priority. In the
 * host mode the most specific host decides first. Immutable: an edit costs the depth of the trie and gives a new router.
 */
export class Router<T> {
  readonly mode: RouterMode;
  readonly #hosts: RadixTrie<PathTrie<T>>;
  readonly #anyHost: PathTrie<T>;

  constructor(mode: RouterMode, hosts: RadixTrie<PathTrie<T>>, anyHost: PathTrie<T>) {
    this.mode = mode;
    this.#hosts = hosts;
    this.#anyHost = anyHost;
  }

  static empty<T>(mode: RouterMode): Router<T> {
    return new Router(mode, RadixTrie.empty<PathTrie<T>>(), RadixTrie.empty());
  }

  with(rule: RouteRule<T>): Router<T> {
    const predicates = Predicates.of(rule, !isByHost(this.mode));
    return this.#edited(rule, (candidates, uri, host) =>
      inserted(candidates, new Candidate(rule, uri, this.mode, predicates, host)),
    );
  }

  /** Takes out what `with` put in; the rule must be the same object. */
  without(rule: RouteRule<T>): Router<T> {
    return this.#edited(rule, (candidates) => withoutRule(candidates, rule));
  }

  /** Null for no route; also where the question awaits something, which comes before any answer. */
  match(question: RoutingQuestion): Candidate<T> | null {
    const found = this.#found(question);
    return found === undecided ? null : found;
  }

  #found(question: RoutingQuestion): Found<T> | null {
    if (!this.#hosts.isEmpty) {
      const found = this.#hosts.search<RoutingQuestion, Found<T>>(question.reversedHost, question, matchPath);
      if (found !== null) return found;
    }
    return matchPath(this.#anyHost, question);
  }

  #edited(rule: RouteRule<T>, change: CandidateChange<T>): Router<T> {
    let { hosts, anyHost } = { hosts: this.#hosts, anyHost: this.#anyHost };
    const patterns = isByHost(this.mode) ? rule.hosts.map(hostPattern) : [];
    for (const uri of rule.uris) {
      const wildcard = firstWildcard(uri, this.mode);
      const [key, slot] = wildcard < 0 ? [uri, 'exact' as const] : [uri.slice(0, wildcard), 'prefix' as const];
      const editPaths = (paths: PathTrie<T> | null, host: HostPattern | null) =>
        (paths ?? RadixTrie.empty<CandidateList<T>>()).update(key, slot, (list) => change(list, uri, host));
      if (patterns.length === 0) anyHost = editPaths(anyHost, null);
      for (const host of patterns)
        hosts = hosts.update(host.key, host.slot, (paths) => emptyToNull(editPaths(paths, host)));
    }
    return new Router(this.mode, hosts, anyHost);
  }
}

type CandidateChange<T> = (
  candidates: CandidateList<T> | null,
  uri: string,
  host: HostPattern | null,
) => CandidateList<T> | null;

/** Whether hosts are looked for before paths, rather than compared afterwards. */
export function isByHost(mode: RouterMode): boolean {
  return mode === 'radixtree_host_uri';
}

function matchPath<T>(paths: PathTrie<T>, question: RoutingQuestion): Found<T> | null {
  return paths.search<RoutingQuestion, Found<T>>(question.matchPath, question, firstAccepting);
}

function emptyToNull<T>(paths: PathTrie<T>): PathTrie<T> | null {
  return paths.isEmpty ? null : paths;
}
