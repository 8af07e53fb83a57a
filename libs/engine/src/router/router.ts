import { Candidate, compareCandidates, Predicates, type RouteRule, type RoutingQuestion } from './candidate.ts';
import { hostPattern, type HostPattern } from './host-pattern.ts';
import { pathPattern, type RouterMode } from './path-pattern.ts';
import { RadixTrie } from './radix-trie.ts';

type PathTrie<T> = RadixTrie<readonly Candidate<T>[]>;

/**
 * Finds the route of a request: exact paths before prefixes, longer prefixes before shorter ones, then by priority. In the
 * host mode the most specific host decides first. Immutable: an edit costs the depth of the trie and gives a new router.
 */
export class Router<T> {
  readonly mode: RouterMode;
  readonly #hosts: RadixTrie<PathTrie<T>>;
  readonly #anyHost: PathTrie<T>;

  private constructor(mode: RouterMode, hosts: RadixTrie<PathTrie<T>>, anyHost: PathTrie<T>) {
    this.mode = mode;
    this.#hosts = hosts;
    this.#anyHost = anyHost;
  }

  static empty<T>(mode: RouterMode): Router<T> {
    return new Router(mode, RadixTrie.empty<PathTrie<T>>(), RadixTrie.empty());
  }

  with(rule: RouteRule<T>): Router<T> {
    const predicates = Predicates.of(rule, !this.#isByHost);
    return this.#edited(rule, (candidates, uri, host) => {
      const added = new Candidate(rule, pathPattern(uri, this.mode), host, predicates);
      return inserted(candidates ?? [], added);
    });
  }

  /** Takes out what `with` put in; the rule must be the same object. */
  without(rule: RouteRule<T>): Router<T> {
    return this.#edited(rule, (candidates) => {
      const rest = candidates?.filter((candidate) => candidate.rule !== rule) ?? [];
      return rest.length === 0 ? null : rest;
    });
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

  get #isByHost(): boolean {
    return this.mode === 'radixtree_host_uri';
  }

  #edited(rule: RouteRule<T>, change: CandidateChange<T>): Router<T> {
    let { hosts, anyHost } = { hosts: this.#hosts, anyHost: this.#anyHost };
    const patterns = this.#isByHost ? rule.hosts.map(hostPattern) : [];
    for (const uri of rule.uris) {
      const { key, slot } = pathPattern(uri, this.mode);
      const editPaths = (paths: PathTrie<T> | null, host: HostPattern | null) =>
        (paths ?? RadixTrie.empty<readonly Candidate<T>[]>()).update(key, slot, (list) => change(list, uri, host));
      if (patterns.length === 0) anyHost = editPaths(anyHost, null);
      for (const host of patterns)
        hosts = hosts.update(host.key, host.slot, (paths) => emptyToNull(editPaths(paths, host)));
    }
    return new Router(this.mode, hosts, anyHost);
  }
}

/** Stops the search where a candidate cannot say yet whether it fits: those behind it must not win meanwhile. */
const undecided = Symbol('undecided');

type Found<T> = Candidate<T> | typeof undecided;

type CandidateChange<T> = (
  candidates: readonly Candidate<T>[] | null,
  uri: string,
  host: HostPattern | null,
) => readonly Candidate<T>[] | null;

function matchPath<T>(paths: PathTrie<T>, question: RoutingQuestion): Found<T> | null {
  return paths.search<RoutingQuestion, Found<T>>(question.matchPath, question, firstAccepting);
}

function firstAccepting<T>(candidates: readonly Candidate<T>[], question: RoutingQuestion): Found<T> | null {
  for (const candidate of candidates) {
    const accepts = candidate.accepts(question);
    if (accepts === true) return candidate;
    if (accepts === null) return undecided;
  }
  return null;
}

/** Keeps the list sorted: binary search for the place, one copy. */
function inserted<T>(candidates: readonly Candidate<T>[], added: Candidate<T>): readonly Candidate<T>[] {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = candidates[middle];
    if (other !== undefined && compareCandidates(other, added) <= 0) low = middle + 1;
    else high = middle;
  }
  return candidates.toSpliced(low, 0, added);
}

function emptyToNull<T>(paths: PathTrie<T>): PathTrie<T> | null {
  return paths.isEmpty ? null : paths;
}
