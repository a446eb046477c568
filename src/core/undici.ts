// The parts of undici that we use. Its index also loads fetch, WebSocket, caches and mocks: ninety files and eight megabytes
// for each thread that the suite starts, so the files of the two dispatchers are loaded by their names (undici is pinned).

import { createRequire } from 'node:module';
import type * as Undici from 'undici';

const load = createRequire(import.meta.url);
const { prototype } = load('undici/lib/dispatcher/dispatcher.js') as typeof Undici.Dispatcher;
// As undici's index does: `request` and its siblings are methods of every dispatcher.
Object.assign(prototype, load('undici/lib/api/index.js'));

/** One connection to one origin. */
export const Client = load('undici/lib/dispatcher/client.js') as typeof Undici.Client;
/** An instance of it. */
export type Client = Undici.Client;

/** A bounded number of connections to one origin. */
export const Pool = load('undici/lib/dispatcher/pool.js') as typeof Undici.Pool;
/** An instance of it. */
export type Pool = Undici.Pool;

export type { Dispatcher } from 'undici';
