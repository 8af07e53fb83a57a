/** Classes of characters: 1 in names of fields, 2 in their values. Anything else (controls, DEL) is in neither. */
const nameChar = 1;
const valueChar = 2;

const classes = new Uint8Array(256);
for (let code = 0x20; code < 256; code += 1) if (code !== 0x7f) classes[code] = valueChar;
classes[0x09] = valueChar;
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  classes[char.charCodeAt(0)] = nameChar | valueChar;

/** Whether a character may stand in the name of a field (RFC 9110, token). */
export function isNameCode(code: number): boolean {
  return ((classes[code] ?? 0) & nameChar) !== 0;
}

/** Whether a character may stand in the value of a field: no controls, so nothing that could end a line. */
export function isValueCode(code: number): boolean {
  return ((classes[code] ?? 0) & valueChar) !== 0;
}

/** Whether a text can be the name of a field. */
export function isFieldName(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (!isNameCode(text.charCodeAt(i))) return false;
  return text.length > 0;
}

/** Whether a text can be the value of a field. */
export function isFieldValue(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (!isValueCode(text.charCodeAt(i))) return false;
  return true;
}

/** Whether a text can be a part of a request line, or a host: it has nothing that could end one. */
export function isLinePart(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x20 || code === 0x09 || !isValueCode(code)) return false;
  }
  return true;
}

/** Compares a name with one in lower case. The lengths must be equal: callers have looked at them to get here. */
export function isNamed(name: string, lowerCase: string): boolean {
  if (name === lowerCase) return true;
  for (let i = 0; i < name.length; i += 1) {
    let code = name.charCodeAt(i);
    if (code >= 65 && code <= 90) code |= 32;
    if (code !== lowerCase.charCodeAt(i)) return false;
  }
  return true;
}

/** The members of a comma-separated list in lower case, such as the names that `Connection` lists. */
export function listMembers(value: string): string[] {
  return value
    .toLowerCase()
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
}
