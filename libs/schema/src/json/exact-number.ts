const literal = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Whether a number's literal says exactly what its double says, in decimal: `0.10` does, `12345678901234567891` does not. */
export function isExactNumber(text: string, value: number): boolean {
  // Up to 15 digits survive a double, and the double's shortest form brings the same digits back.
  if (text.length <= 15 && !/[eE]/.test(text)) return true;
  // Too small for a double. Its exponent may be longer than anything worth computing with.
  if (value === 0) return !/[1-9]/.test(text.split(/[eE]/)[0] ?? '');
  return Number.isFinite(value) && decimalOf(text) === decimalOf(String(value));
}

/** The digits between the first and the last that is not zero, and the power of ten behind them. The sign is no digit. */
function decimalOf(text: string): string {
  const [, whole = '', fraction = '', power = '0'] = literal.exec(text) ?? [];
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (start < end && digits.charCodeAt(start) === 48) start += 1;
  while (end > start && digits.charCodeAt(end - 1) === 48) end -= 1;
  if (start === end) return '0';
  return `${digits.slice(start, end)}e${BigInt(power) + BigInt(digits.length - fraction.length - end)}`;
}
