// From `--toxiproxy` to a Toxiproxy that answers.

import { UsageError } from '../../core/exit.ts';
import { didYouMean } from '../../core/nearest.ts';
import { startBinary } from './binary.ts';
import { startDocker } from './docker.ts';
import { startEmbedded } from './embedded.ts';
import {
  PROVIDER_KINDS,
  type ProviderKind,
  type ProviderOptions,
  type RunningToxiproxy,
} from './provider.ts';
import { openUrl } from './url.ts';

/**
 * Opens a Toxiproxy. Throws UsageError (exit 2) for an unknown kind or a missing program or package, TargetError
 * (exit 3) when it can't be reached or is none, HarnessError (exit 4) when our own engine does not start.
 */
export async function openToxiproxy(options: ProviderOptions): Promise<RunningToxiproxy> {
  const env = options.env ?? process.env;
  switch (options.kind) {
    case 'auto': {
      const url = options.url ?? env.TOXIPROXY_URL;
      return url === undefined || url === '' ? startEmbedded(options) : openUrl(url);
    }
    case 'embedded':
      return startEmbedded(options);
    case 'binary':
      return startBinary(options);
    case 'docker':
      return startDocker();
    case 'url':
      return openUrl(options.url ?? env.TOXIPROXY_URL ?? '');
    default:
      throw unknownKind(options.kind);
  }
}

/** What `--toxiproxy` means: a kind, or the URL of a server. Throws UsageError with the nearest name. */
export function parseProvider(text: string): { kind: ProviderKind; url?: string } {
  if (text.includes('://')) return { kind: 'url', url: text };
  if ((PROVIDER_KINDS as readonly string[]).includes(text)) return { kind: text as ProviderKind };
  throw unknownKind(text);
}

function unknownKind(text: string): UsageError {
  const hint = didYouMean(text, PROVIDER_KINDS);
  return new UsageError(
    `Unknown Toxiproxy provider "${text}": known are ${PROVIDER_KINDS.join(', ')} and a URL.${hint}`,
  );
}
