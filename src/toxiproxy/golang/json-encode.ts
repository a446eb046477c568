// Writes JSON text as Go's encoder does: `< > &` and the two Unicode line ends are escaped, 64-bit integers keep
// all digits, and a 32-bit float shows its shortest form.

/** A JSON string literal by Go's rules. */
export function encodeString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The shortest decimal that gives the same 32-bit float, in Go's (and JavaScript's) notation. */
export function encodeFloat32(value: number): string {
  if (Object.is(value, -0)) return '-0';
  for (let digits = 1; digits < 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return String(candidate);
  }
  return String(Number(value.toPrecision(9)));
}
