// `npm run build`: compiles what the package ships into dist/ and copies the data files beside it.

import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
for (const file of globSync('{src,suites,fixtures/pageserver}/**/*.{json,yaml,sh,js}', {
  cwd: root,
})) {
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  cpSync(join(root, file), join(dist, file));
}
// The nearest manifest wins: inside dist `#suite` is the compiled file.
writeFileSync(
  join(dist, 'package.json'),
  `${JSON.stringify({ type: 'module', imports: { '#suite': './src/run/suite.js' } }, null, 2)}\n`,
);
