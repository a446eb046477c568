// What Vitest loads in every worker before each suite file.

import './plain-urls.js';
import { existsSync } from 'node:fs';

// Compiled in the package, as it is written in the repository.
const isCompiled = !existsSync(new URL('./worker.ts', import.meta.url));
await import(isCompiled ? './worker.js' : './worker.ts');
