// One finding as text: what was broken, what was expected, what came, how to ask again.

import type { Evidence, FewestFaults, Finding, FindingRequest } from '../core/finding.ts';

/** Several lines, without colours: sentence, expected, actual, request as `curl`, evidence. */
export function findingText(finding: Finding): string {
  const kind = finding.kind === 'server' ? '' : ` (${finding.kind})`;
  const lines = [`${finding.level} ${finding.requirement}${kind}: ${finding.message}`];
  if (finding.expected !== undefined) lines.push(`  expected: ${finding.expected}`);
  if (finding.actual !== undefined) lines.push(`  actual:   ${finding.actual}`);
  if (finding.tenant !== undefined) {
    lines.push(`  tenant:   ${finding.tenant}${finding.node ? ` on node ${finding.node}` : ''}`);
  }
  for (const event of finding.evidence ?? []) lines.push(eventText(event));
  if (finding.faults !== undefined) lines.push('  struck before that by:');
  for (const event of finding.faults ?? []) lines.push(eventText(event));
  if (finding.fewest !== undefined) lines.push(...fewestText(finding.fewest));
  if (finding.contradiction !== undefined) {
    lines.push(`  the document contradicts itself here: ${finding.contradiction}`);
  }
  if (finding.request !== undefined) lines.push(`  again:    ${curl(finding.request)}`);
  return lines.join('\n');
}

/** What is left of the faults, and how sure that is. */
function fewestText({ faults, of, runs, end }: FewestFaults): string[] {
  const after = `${runs} more run${runs === 1 ? '' : 's'}${end === 'time' ? ', as far as time allowed' : ''}`;
  if (end === 'not-again') {
    return [`  it did not show again in ${after} with the same seed`];
  }
  if (faults.length === 0) return [`  no fault is needed to show it (${after})`];
  return [
    `  the fewest faults that still show it, of ${of} (${after}):`,
    ...faults.map((text) => `    ${text}`),
  ];
}

const eventText = ({ i, t, text }: Evidence): string =>
  `  ${(t / 1e9).toFixed(6)} s  line ${i}: ${text}`;

/** The request as a `curl` command line for a POSIX shell. */
export function curl(request: FindingRequest): string {
  const words = ['curl', '-i'];
  if (request.method === 'HEAD') words.push('--head');
  else if (request.method !== 'GET') words.push('-X', quote(request.method));
  const headers = Object.entries(request.headers);
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'x-request-id') words.push('-H', quote(headerLine(name, value)));
  }
  if (request.body !== undefined) {
    // Of itself curl would call a body a form.
    const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type');
    if (!isTyped) words.push('-H', 'content-type:');
    // As it stands: `--data` and `--data-binary` take `@name` for a file.
    words.push('--data-raw', quote(request.body));
  }
  words.push('--path-as-is', quote(request.url));
  return words.join(' ');
}

/** An empty header ends with a semicolon; with a colon curl would take it as a header to leave out. */
function headerLine(name: string, value: string): string {
  return value.trim() === '' ? `${name};` : `${name}: ${value}`;
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
