/** What `pairs`, `ipairs` and `gmatch` give, for a loop to go through: what each of its names is in each round. */
export class Pairs {
  readonly entries: Iterable<readonly unknown[]>;

  constructor(entries: Iterable<readonly unknown[]>) {
    this.entries = entries;
  }
}
