// Log sequence numbers: `hi/lo` or plain hexadecimal on the wire, one 64-bit value in the history (judging section 8).

const SPLIT = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i;
const PLAIN = /^(?:0x)?([0-9a-f]{1,16})$/i;

/** The decimal string of an LSN's 64-bit value; undefined where the text is none. Any case, any padding. */
export function lsnText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const split = SPLIT.exec(value);
  if (split) return ((BigInt(`0x${split[1]}`) << 32n) | BigInt(`0x${split[2]}`)).toString();
  const plain = PLAIN.exec(value);
  return plain ? BigInt(`0x${plain[1]}`).toString() : undefined;
}
