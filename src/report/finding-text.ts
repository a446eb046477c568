// One finding as text: what was broken, what was expected, what came, how to ask again.

import type { Finding, FindingRequest } from '../core/finding.ts';

/** Several lines, without colours: sentence, expected, actual, request as `curl`, evidence. */
export function findingText(finding: Finding): string {
  const kind = finding.kind === 'server' ? '' : ` (${finding.kind})`;
  const lines = [`${finding.level} ${finding.requirement}${kind}: ${finding.message}`];
  if (finding.expected !== undefined) lines.push(`  expected: ${finding.expected}`);
  if (finding.actual !== undefined) lines.push(`  actual:   ${finding.actual}`);
  if (finding.tenant !== undefined) {
    lines.push(`  tenant:   ${finding.tenant}${finding.node ? ` on node ${finding.node}` : ''}`);
  }
  for (const event of finding.evidence ?? []) {
    lines.push(`  ${(event.t / 1e9).toFixed(6)} s  line ${event.i}: ${event.text}`);
  }
  if (finding.contradiction !== undefined) {
    lines.push(`  the document contradicts itself here: ${finding.contradiction}`);
  }
  if (finding.request !== undefined) lines.push(`  again:    ${curl(finding.request)}`);
  return lines.join('\n');
}

/** The request as a `curl` command line for a POSIX shell. */
export function curl(request: FindingRequest): string {
  const words = ['curl', '-i'];
  if (request.method === 'HEAD') words.push('--head');
  else if (request.method !== 'GET') words.push('-X', quote(request.method));
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.toLowerCase() !== 'x-request-id') words.push('-H', quote(`${name}: ${value}`));
  }
  if (request.body !== undefined) words.push('--data-binary', quote(request.body));
  words.push('--path-as-is', quote(request.url));
  return words.join(' ');
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
