// One toxic of one proxy: what the API shows of it, and how it runs on a connection.

import type { Link, LinkToxic } from '../chain/link.ts';
import { pass } from '../chain/pass.ts';
import type { Behaviour } from '../chain/stage.ts';
import type { Attributes, ToxicContext, ToxicType } from '../toxic/toxic-type.ts';

/** How a toxic is made. */
export interface ToxicOptions {
  readonly name: string;
  readonly kind: ToxicType;
  /** As the client wrote it, in any case. */
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: Attributes;
}

/** A toxic. Its attributes and toxicity change in place; running behaviours see it. */
export class Toxic implements LinkToxic {
  readonly name: string;
  readonly type: string;
  readonly kind: ToxicType;
  readonly stream: string;
  readonly attributes: Attributes;
  readonly bufferMax: number;
  readonly closesOnRemoval: boolean;
  toxicity: number;

  constructor(options: ToxicOptions) {
    this.name = options.name;
    this.type = options.kind.type;
    this.kind = options.kind;
    this.stream = options.stream;
    this.toxicity = options.toxicity;
    this.attributes = options.attributes;
    this.bufferMax = options.kind.bufferMax ?? 0;
    this.closesOnRemoval = options.kind.closesOnRemoval ?? false;
  }

  newState(): unknown {
    return this.kind.newState?.();
  }

  start(link: Link, state: unknown): Behaviour {
    const random = link.owner.randomOf(this, link);
    if (random() >= this.toxicity) return pass;
    let told = false;
    const context: ToxicContext = {
      random,
      strict: link.owner.strict,
      hit: () => {
        if (told) return;
        told = true;
        link.owner.toxicHit(this, link);
      },
    };
    return this.kind.start(this.attributes, context, state);
  }
}
