// Reads an `index_part.json`: which objects it names. Layouts: versions 1 and 2 of spring 2023 (`timeline_layers`,
// `layer_metadata` by layer name) and the later ones, where an entry's `generation` becomes a suffix of the key.
import type { IndexContent } from '../../history/events.ts';
import { generationOf } from './names.ts';

const UNREADABLE: IndexContent = { readable: false, names: [] };

/** What the index at `key` says; layer names become full keys beside it. Never throws. */
export function readIndex(key: string, bytes: Buffer): IndexContent {
  const index = parse(bytes);
  if (!index) return UNREADABLE;
  const layers = layersOf(index);
  if (!layers) return UNREADABLE;
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const tombstone = index.deleted_at !== undefined && index.deleted_at !== null;
  const generation = generationOf(key);
  const lsn = lsnOf(index.disk_consistent_lsn);
  return {
    readable: true,
    names: tombstone ? [] : layers.map((layer) => folder + layer),
    ...(tombstone ? { tombstone } : {}),
    ...(generation ? { generation } : {}),
    ...(lsn === undefined ? {} : { diskConsistentLsn: lsn }),
  };
}

type Json = Readonly<Record<string, unknown>>;

function parse(bytes: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Names of layer files below the timeline, with their generation; undefined for an unknown layout. */
function layersOf(index: Json): readonly string[] | undefined {
  const listed = index.timeline_layers;
  const metadata = index.layer_metadata;
  if (listed === undefined && metadata === undefined) return undefined;
  if (listed !== undefined && !isNameList(listed)) return undefined;
  if (metadata !== undefined && !isObject(metadata)) return undefined;
  const names = new Set<string>(listed ?? []);
  for (const name of Object.keys(metadata ?? {})) names.add(name);
  return [...names].map((name) => name + suffix(metadata?.[name]));
}

function isNameList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** `generation` of a layer's entry: a number, or its hex digits; none for layers of the first generation-less time. */
function suffix(entry: unknown): string {
  const generation = isObject(entry) ? entry.generation : undefined;
  if (typeof generation === 'number') return `-${generation.toString(16).padStart(8, '0')}`;
  return typeof generation === 'string' && generation !== '' ? `-${generation}` : '';
}

/** Decimal text of an LSN given as `X/X` or as a number. */
function lsnOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  const match =
    typeof value === 'string' ? /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i.exec(value) : null;
  if (!match) return undefined;
  return String((BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
