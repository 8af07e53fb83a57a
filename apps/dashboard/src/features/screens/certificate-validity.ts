/** From when to when a certificate is valid. */
export interface Validity {
  readonly from: Date;
  readonly until: Date;
}

interface Element {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

const utcTime = 0x17;
const generalizedTime = 0x18;
const explicitVersion = 0xa0;

/** Reads the validity of the first certificate of a PEM text (RFC 5280, 4.1); undefined where that is none. */
export function validityOf(pem: string): Validity | undefined {
  const [, base64] = /-----BEGIN CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END CERTIFICATE-----/.exec(pem) ?? [];
  if (base64 === undefined) return undefined;
  try {
    const [certificate] = elementsOf(bytesOf(base64));
    const [signed] = elementsOf(certificate?.bytes);
    const fields = elementsOf(signed?.bytes).filter(({ tag }) => tag !== explicitVersion);
    // Serial number, algorithm, issuer, validity.
    const [from, until] = elementsOf(fields[3]?.bytes).map(timeOf);
    return from && until && { from, until };
  } catch {
    // Whatever it is, it is no certificate; the control plane says so where that matters.
    return undefined;
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64.replaceAll(/\s/g, '')), (character) => character.charCodeAt(0));
}

/** The elements of a DER sequence (X.690, 8.1). Throws a RangeError where one is longer than what is there. */
function elementsOf(bytes: Uint8Array | undefined): Element[] {
  const found: Element[] = [];
  for (let at = 0; bytes && at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + lengthBytes;
    const long = [...bytes.subarray(at + 2, start)].reduce((length, byte) => length * 256 + byte, 0);
    const end = start + (first < 0x80 ? first : long);
    if (end > bytes.length) throw new RangeError('A DER element is cut off.');
    found.push({ tag, bytes: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}

/** `YYMMDDHHMMSSZ`, where the years from 50 on are those of the last century, or the same with four digits. */
function timeOf({ tag, bytes }: Element): Date | undefined {
  const text = new TextDecoder().decode(bytes);
  if (tag !== utcTime && tag !== generalizedTime) return undefined;
  const full = tag === generalizedTime ? text : `${Number(text.slice(0, 2)) >= 50 ? '19' : '20'}${text}`;
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full) ?? [];
  const [year = Number.NaN, month = 0, day, hour, minute, second] = parts.map(Number);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  return Number.isNaN(date.getTime()) ? undefined : date;
}
