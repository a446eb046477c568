// What a target is believed to be able to, before anything is probed.

import type { TargetCapability } from '../definition.ts';
import type { RawTarget } from './raw.ts';

/** Declared capabilities over the defaults of the kind: a process can be made to do everything, a URL nothing. */
export function declareCapabilities(
  raw: RawTarget,
  nodeCount: number,
): Record<TargetCapability, boolean> {
  const declared = raw.capabilities ?? {};
  const ofProcess = (name: TargetCapability): boolean =>
    raw.kind === 'process' && (declared[name] ?? true);
  const tap = ofProcess('tap') && namesPlaceholder(raw, '{store.endpoint}');
  return {
    'two-nodes': nodeCount === 2,
    restart: ofProcess('restart'),
    pause: ofProcess('pause'),
    tap,
    layout: tap && (declared.layout ?? true),
    state: declared.state ?? true,
    auth: raw.auth?.kind === 'jwt' && (declared.auth ?? true),
    'data-dir': ofProcess('data-dir'),
    'small-disk': ofProcess('data-dir') && ofProcess('small-disk'),
  };
}

/** A target that is never told where our store is can't be writing to it. */
function namesPlaceholder(raw: RawTarget, placeholder: string): boolean {
  return [...(raw.command ?? []), ...Object.values(raw.env ?? {})].some((text) =>
    text.includes(placeholder),
  );
}
