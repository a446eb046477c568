// Who writes: each boot of each node has an access key of its own, and no key is ever forgotten, so that a late write
// is told to be its own boot's (judging section 3).
import { createHash, randomBytes } from 'node:crypto';
import type { NodeId } from '../../history/events.ts';

/** (node, boot); node `suite` is ourselves. */
export interface Writer {
  readonly node: NodeId;
  readonly boot: number;
}

/** Key pair of one writer. */
export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** All keys that were given out. */
export class WriterKeys {
  readonly #writers = new Map<string, { writer: Writer; secretKey: string }>();
  readonly #salt = randomBytes(16).toString('hex');

  /** The key of (node, boot); the same each time it is asked for. */
  issue(node: NodeId, boot: number): AccessKey {
    const digest = createHash('sha256').update(`${this.#salt}/${node}/${boot}`).digest('hex');
    const accessKey = `PSC${digest.slice(0, 17).toUpperCase()}`;
    const secretKey = digest.slice(24);
    this.add(node, boot, { accessKey, secretKey });
    return { accessKey, secretKey };
  }

  /** Makes a given key known as a writer's. */
  add(node: NodeId, boot: number, key: AccessKey): void {
    this.#writers.set(key.accessKey, { writer: { node, boot }, secretKey: key.secretKey });
  }

  /** Boots of a node that have a key. */
  boots(node: NodeId): readonly number[] {
    const writers = [...this.#writers.values()].map(({ writer }) => writer);
    return writers.filter((writer) => writer.node === node).map(({ boot }) => boot);
  }

  /** Whose key it is. */
  find(accessKey: string): { writer: Writer; secretKey: string } | undefined {
    return this.#writers.get(accessKey);
  }
}
