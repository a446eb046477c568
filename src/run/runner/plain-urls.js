// Vitest puts a time stamp behind the URL of each suite file, so that a file can be loaded anew; we load each once. With the
// stamp Node finds no compiled code of it and brings a whole compiler into every thread to strip its types: 25 MB and a
// tenth of a second. This file is JavaScript for the same reason.

import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    // Our own files name each other in full: nobody needs to look for them, nor to hear of them.
    if (/^\.\.?\//.test(specifier) && parentURL && !parentURL.includes('/node_modules/')) {
      return { url: new URL(specifier, parentURL).href, shortCircuit: true };
    }
    const resolved = next(specifier, context);
    return { ...resolved, url: resolved.url.replace(/\?vitest=\d+$/, '') };
  },
});
