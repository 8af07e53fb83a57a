/** Several results of one call. Where one value is wanted, the first counts. */
export class Several {
  readonly values: readonly unknown[];

  constructor(values: readonly unknown[]) {
    this.values = values;
  }
}
