// Names of the reporters, apart from their code: the command line knows them before anything is loaded.

/** Names that `--reporter` takes. `default` is the summary on stdout. */
export const REPORTERS = ['default', 'json', 'junit'] as const;
