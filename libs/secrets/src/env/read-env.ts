import { type EnvReference, isJsonObject } from '@sluice/schema';
import { secretErrors } from '../secrets.errors.ts';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The gateway's own settings, its join token and key rings among them, are nobody's secrets to hand out. */
const ownPrefix = 'SLUICE_';

/** What a variable holds, or one field of the JSON object in it. Throws SECRET_MISSING. */
export function readEnv(env: Environment, { name, jsonKey }: EnvReference): string {
  const text = name.startsWith(ownPrefix) ? undefined : env[name];
  if (text === undefined) throw secretErrors.SECRET_MISSING(`$env://${name}: the data plane has no such variable`);
  if (jsonKey === undefined) return text;
  const field = fieldOf(text, jsonKey);
  if (field === undefined)
    throw secretErrors.SECRET_MISSING(`$env://${name}/${jsonKey}: the variable holds no JSON object with this text`);
  return field;
}

function fieldOf(text: string, key: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const field = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return typeof field === 'string' || typeof field === 'number' ? String(field) : undefined;
  } catch {
    // The parser's own words would repeat a part of the secret.
    return undefined;
  }
}
