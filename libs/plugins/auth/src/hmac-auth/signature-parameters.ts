/** What an `Authorization: Signature ...` header says. */
export interface SignatureParameters {
  readonly keyId: string;
  readonly algorithm: string;
  /** The names as they were sent, in the order in which they were signed. */
  readonly headers: readonly string[];
  readonly signature: Buffer;
}

const parameter = /([A-Za-z]+)="([^"]*)"/g;
const blanks = / +/;

/** Reads what follows the scheme; answers what is missing where that is not all of it. */
export function readSignature(text: string): SignatureParameters | string {
  const given = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(parameter)) given.set(name, value);
  const keyId = given.get('keyId') ?? '';
  const signature = given.get('signature') ?? '';
  if (keyId === '' || signature === '') return 'keyId or signature missing';
  const algorithm = given.get('algorithm');
  if (algorithm === undefined) return 'algorithm missing';
  const headers = (given.get('headers') ?? '').split(blanks).filter((name) => name !== '');
  return { keyId, algorithm, headers, signature: Buffer.from(signature, 'base64') };
}
