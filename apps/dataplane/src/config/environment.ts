/** The environment of this process, for what a configuration file may ask of it. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
