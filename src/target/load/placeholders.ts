// Placeholders of target files: `{word.word}`. Everything else in braces is literal, so that TOML and JSON can
// stand in arguments.

/** Values for one node's launch, by group and name. */
export interface PlaceholderValues {
  readonly node: Readonly<Record<(typeof NODE_NAMES)[number], string>>;
  readonly store: Readonly<Record<(typeof STORE_NAMES)[number], string>>;
  /** Empty where the target has no tokens. */
  readonly auth: { readonly publicKeyFile: string };
  readonly suite: Readonly<Record<(typeof SUITE_NAMES)[number], string>>;
}

const NODE_NAMES = ['id', 'index', 'host', 'port', 'pgPort', 'dir'] as const;
const STORE_NAMES = ['endpoint', 'bucket', 'prefix', 'region', 'accessKey', 'secretKey'] as const;
const SUITE_NAMES = ['node', 'reference'] as const;

/** All placeholders but `{env.…}`, in the order in which messages list them. */
export const PLACEHOLDERS: readonly string[] = [
  ...NODE_NAMES.map((name) => `node.${name}`),
  ...STORE_NAMES.map((name) => `store.${name}`),
  'auth.publicKeyFile',
  ...SUITE_NAMES.map((name) => `suite.${name}`),
];

const PLACEHOLDER = /\{([A-Za-z_]\w*)\.([A-Za-z_]\w*)\}/g;

/** The names in `text` that look like placeholders, each as often as it stands there. */
export function findPlaceholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => `${match[1]}.${match[2]}`);
}

/** Replaces what `resolve` knows and leaves the rest as it stands. */
export function replacePlaceholders(
  text: string,
  resolve: (group: string, name: string) => string | undefined,
): string {
  return text.replace(
    PLACEHOLDER,
    (whole, group: string, name: string) => resolve(group, name) ?? whole,
  );
}

/** Fills in what a node's launch knows; names were checked when the file was loaded. */
export function fillPlaceholders(text: string, values: PlaceholderValues): string {
  const groups = values as unknown as Readonly<Record<string, Readonly<Record<string, string>>>>;
  return replacePlaceholders(text, (group, name) => {
    const names = Object.hasOwn(groups, group) ? groups[group]! : undefined;
    return names && Object.hasOwn(names, name) ? names[name] : undefined;
  });
}
