// The YAML library, loaded when the first text is read: of all threads of a run only the main one reads any.

import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';

const load = createRequire(import.meta.url);

/** The library `yaml`. */
export const yaml = (): typeof Yaml => load('yaml') as typeof Yaml;
