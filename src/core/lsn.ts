// Log sequence numbers: 64-bit positions in the WAL, shown as `X/X` (two hexadecimal halves) or as plain hexadecimal.

/** What an LSN may look like: `0/16B3748`, or up to 16 hexadecimal digits. A 32-digit id is never one. */
const HALVES = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i;
const PLAIN = /^[0-9a-f]{1,16}$/i;

/** True for both spellings, in any case and with any padding (judging section 8). */
export function isLsn(text: string): boolean {
  return HALVES.test(text) || PLAIN.test(text);
}

/** The 64-bit value of an LSN in either spelling, or undefined where the text is none. */
export function parseLsn(text: string): bigint | undefined {
  const halves = HALVES.exec(text);
  if (halves) return (BigInt(`0x${halves[1]}`) << 32n) | BigInt(`0x${halves[2]}`);
  return PLAIN.test(text) ? BigInt(`0x${text}`) : undefined;
}

/** Equal by value, whatever the spelling (judging section 8); false if one of them is no LSN. */
export function equalLsn(left: string, right: string): boolean {
  const value = parseLsn(left);
  return value !== undefined && value === parseLsn(right);
}

/** The customary spelling `X/X`: two upper-case halves without padding. */
export function formatLsn(value: bigint): string {
  const half = (bits: bigint): string => bits.toString(16).toUpperCase();
  return `${half(value >> 32n)}/${half(value & 0xffff_ffffn)}`;
}
