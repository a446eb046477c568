// What exactly is launched for one boot of one node: program, arguments, environment, user.

import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { UsageError } from '../../core/exit.ts';
import type { NodeId } from '../../history/events.ts';
import type { ProcessTarget } from '../definition.ts';
import { fillPlaceholders, type PlaceholderValues } from '../load/placeholders.ts';
import { suitePrograms } from './programs.ts';

/** One node's own way to the object store. */
export interface NodeStore {
  /** URL of its tap, or of the Toxiproxy proxy before that. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Where and as what one boot of a node runs. */
export interface NodePlace {
  readonly node: NodeId;
  /** 0 for a, 1 for b. */
  readonly index: number;
  readonly host: string;
  readonly port: number;
  readonly pgPort: number;
  /** Absolute path of its data folder. */
  readonly dir: string;
  readonly store: NodeStore;
  /** PEM file, readable for the target's user; absent where the target takes no tokens. */
  readonly publicKeyFile?: string;
}

/** A launch with every placeholder filled in. */
export interface Launch {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Ids to run as; absent: our own. */
  readonly user?: SystemUser;
}

/** A user of this system. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Environment beside the target file's. */
export interface LaunchEnvironment {
  /** What the target file may override. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** What overrides the target file: a hook's switches. Placeholders are filled in. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** Fills in the command and the environment. Throws UsageError for a user that can't be. */
export function prepareLaunch(
  target: ProcessTarget,
  place: NodePlace,
  environment: LaunchEnvironment,
): Launch {
  const values: PlaceholderValues = {
    node: {
      id: place.node,
      index: String(place.index),
      host: place.host,
      port: String(place.port),
      pgPort: String(place.pgPort),
      dir: place.dir,
    },
    store: { ...place.store },
    auth: { publicKeyFile: place.publicKeyFile ?? '' },
    suite: suitePrograms(),
  };
  const [program, ...rest] = target.command.map((text) => fillPlaceholders(text, values));
  const named = Object.entries({ ...target.env, ...environment.overrides }).map(([name, text]) => [
    name,
    fillPlaceholders(text, values),
  ]);
  const env = {
    ...inheritedEnvironment(),
    ...environment.defaults,
    ...Object.fromEntries(named),
  };
  return {
    program: program!,
    arguments: rest,
    env,
    ...(target.user === undefined ? {} : { user: findUser(target.user) }),
  };
}

/**
 * Ids of a user by name, or of a numeric uid. Throws UsageError when there is none, or when we may not become another.
 */
export function findUser(name: string): SystemUser {
  if (process.getuid?.() !== 0) {
    throw new UsageError(
      `The target file says "user: ${name}", which needs the suite to run as root.`,
    );
  }
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, '--', name], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch (cause) {
    throw new UsageError(`The target file says "user: ${name}"; there is no such user.`, { cause });
  }
}

/** Our environment without what would steer a target in ways the target file does not show. */
function inheritedEnvironment(): Record<string, string> {
  const foreign = /^(AWS_|VITEST|NODE_(OPTIONS|CHANNEL_FD|UNIQUE_ID|V8_COVERAGE)$)/;
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !foreign.test(entry[0]),
  );
  return Object.fromEntries(kept);
}
