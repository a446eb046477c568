// Random sequences of API calls and traffic on the real server and on our engine (strict), side by side: equal
// answers, equal delivered bytes, equal ends. Needs Go for the real server; says so where it is missing.

import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runToxiproxyServer } from './engine/server.ts';
import { startRealServer } from './testing/real-server.ts';
import { type Pair, Side } from './testing/side.ts';

/** Sequences of one run; the long form runs at night. */
const RUNS = process.env.PSC_NIGHTLY === '1' ? 200 : 24;
/** Both sides have shown the same for so long: what was to happen has happened. */
const STABLE_MS = 70;
const PROXIES = ['p0', 'p1', 'p2'];

/** What a step may touch. */
interface Model {
  readonly enabled: Map<string, boolean>;
  connections: number;
}

/** A step of a sequence, done on each side. */
interface Step {
  readonly text: string;
  readonly allowed: (model: Readonly<Model>) => boolean;
  readonly note: (model: Model) => void;
  /** What it gives is compared. */
  readonly act: (side: Side) => Promise<unknown>;
}

type Twins = readonly [Side, Side];

class Twin implements fc.AsyncCommand<Model, Twins> {
  readonly #step: Step;
  constructor(step: Step) {
    this.#step = step;
  }

  check(model: Readonly<Model>): boolean {
    return this.#step.allowed(model);
  }

  async run(model: Model, [real, ours]: Twins): Promise<void> {
    const [theirs, own] = await Promise.all([this.#step.act(real), this.#step.act(ours)]);
    expect(own, this.#step.text).toEqual(theirs);
    await settle(real, ours);
    expect(ours.state(), this.#step.text).toEqual(real.state());
    this.#step.note(model);
  }

  toString(): string {
    return this.#step.text;
  }
}

test('our engine and the real server are alike', { timeout: 1_800_000 }, () =>
  withTwins(true, async (twins) => {
    const property = fc.asyncProperty(
      fc.commands(steps(), { maxCommands: 24, size: 'max' }),
      async (commands) => {
        await Promise.all(twins.map(begin));
        const enabled = new Map(['p0', 'p1'].map((name) => [name, true]));
        const model = { enabled, connections: 2 };
        await fc.asyncModelRun(() => ({ model, real: twins }), commands);
      },
    );
    const seed = process.env.PSC_SEED;
    await fc.assert(property, { numRuns: RUNS, ...(seed ? { seed: Number(seed) } : {}) });
  }),
);

test('the comparison notices an engine that acts otherwise', () =>
  withTwins(false, async (twins) => {
    await Promise.all(twins.map(begin));
    await Promise.all(twins.map(endStep({ pair: 0, up: true, reset: false }).act));
    await settle(...twins);
    const [theirs, ours] = twins.map((side) => side.state()[0]!.client);
    expect([theirs, ours]).toEqual(['fin', 'open']);
  }));

/** Runs `body` on the real server and our engine; says so when there is no real server. */
async function withTwins(strict: boolean, body: (twins: Twins) => Promise<void>): Promise<void> {
  await using real = await startRealServer();
  if (real === undefined) {
    process.stderr.write('comparison left out: Go is not installed, so there is no real server\n');
    return;
  }
  await using server = await runToxiproxyServer({ host: '127.0.0.1', port: 0, strict });
  await using theirs = await Side.start('real', real.apiUrl);
  await using ours = await Side.start('ours', `http://127.0.0.1:${server.port}`);
  await body([theirs, ours]);
}

/** A fresh start: two proxies, one connection through each. */
async function begin(side: Side): Promise<void> {
  await side.clear();
  for (const name of ['p0', 'p1']) {
    await createStep({ name, enabled: true }).act(side);
    await side.open(name);
  }
}

/** Waits until both sides show the same, and go on showing it; or until it is clear that they never will. */
async function settle(real: Side, ours: Side): Promise<void> {
  const deadline = performance.now() + 3_000;
  let shown = '';
  let since = performance.now();
  while (performance.now() < deadline) {
    const now = JSON.stringify([real.state(), ours.state()]);
    if (now !== shown) {
      shown = now;
      since = performance.now();
    }
    const alike = JSON.stringify(real.state()) === JSON.stringify(ours.state());
    if (alike && performance.now() - since >= STABLE_MS) return;
    await sleep(10);
  }
}

function steps(): fc.Arbitrary<fc.AsyncCommand<Model, Twins>>[] {
  const proxy = fc.constantFrom(...PROXIES);
  const pair = fc.nat({ max: 3 });
  const create = fc.record({ name: proxy, enabled: fc.constantFrom(true, true, true, false) });
  return [
    create.map(createStep),
    fc.record({ name: proxy, enabled: fc.boolean() }).map(toggleStep),
    proxy.map(deleteStep),
    fc.record({ name: proxy, toxic: toxics() }).map(addToxicStep),
    fc.record({ name: proxy, toxic: toxics() }).map(addToxicStep),
    fc.record({ name: proxy, toxic: toxics() }).map(addToxicStep),
    fc.record({ name: proxy, toxic: toxics() }).map(updateToxicStep),
    fc.record({ name: proxy, toxic: toxics() }).map(removeToxicStep),
    fc.constant(undefined).map(resetStep),
    proxy.map(openStep),
    proxy.map(openStep),
    fc.record({ pair, size: fc.constantFrom(1, 10, 150, 4_000), up: fc.boolean() }).map(sendStep),
    fc.record({ pair, size: fc.constantFrom(1, 10, 150, 4_000), up: fc.boolean() }).map(sendStep),
    fc.record({ pair, size: fc.constantFrom(1, 10, 150, 4_000), up: fc.boolean() }).map(sendStep),
    fc.record({ pair, up: fc.boolean(), reset: fc.boolean() }).map(endStep),
  ].map((arbitrary) => arbitrary.map((step) => new Twin(step)));
}

interface ToxicDraw {
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: Record<string, number>;
}

function toxics(): fc.Arbitrary<ToxicDraw> {
  const attributes: Record<string, fc.Arbitrary<Record<string, number>>> = {
    latency: fc.record({ latency: fc.constantFrom(0, 5, 25), jitter: fc.constantFrom(0, 5) }),
    bandwidth: fc.record({ rate: fc.constantFrom(0, 100, 100_000) }),
    slow_close: fc.record({ delay: fc.constantFrom(0, 25) }),
    timeout: fc.record({ timeout: fc.constantFrom(0, 25) }),
    reset_peer: fc.record({ timeout: fc.constantFrom(0, 25) }),
    slicer: fc.record({ average_size: fc.constantFrom(64, 500), delay: fc.constantFrom(0, 100) }),
    limit_data: fc.record({ bytes: fc.constantFrom(0, 10, 200, 100_000) }),
    noop: fc.constant({}),
    down: fc.constant({}),
  };
  return fc.constantFrom(...Object.keys(attributes)).chain((type) =>
    fc.record({
      type: fc.constant(type),
      stream: fc.constantFrom('upstream', 'downstream', 'downstream', 'sideways'),
      toxicity: fc.constantFrom(1, 1, 1, 0),
      attributes: attributes[type]!,
    }),
  );
}

function createStep({ name, enabled }: { name: string; enabled: boolean }): Step {
  return {
    text: `create ${name} ${enabled ? 'on' : 'off'}`,
    allowed: () => true,
    note: ({ enabled: known }) => {
      if (!known.has(name)) known.set(name, enabled);
    },
    act: (side) => {
      const body = { name, enabled, listen: '127.0.0.1:0', upstream: side.upstream };
      return side.api('POST', '/proxies', body);
    },
  };
}

function toggleStep({ name, enabled }: { name: string; enabled: boolean }): Step {
  return {
    text: `turn ${name} ${enabled ? 'on' : 'off'}`,
    allowed: (model) => model.enabled.has(name),
    note: (model) => void model.enabled.set(name, enabled),
    act: (side) => side.api('PATCH', `/proxies/${name}`, { enabled }),
  };
}

function deleteStep(name: string): Step {
  return {
    text: `delete ${name}`,
    allowed: () => true,
    note: (model) => void model.enabled.delete(name),
    act: (side) => side.api('DELETE', `/proxies/${name}`),
  };
}

function addToxicStep({ name, toxic }: { name: string; toxic: ToxicDraw }): Step {
  return {
    text: `add ${JSON.stringify(toxic)} to ${name}`,
    allowed: (model) => model.enabled.has(name),
    note: () => undefined,
    act: (side) => side.api('POST', `/proxies/${name}/toxics`, toxic),
  };
}

function updateToxicStep({ name, toxic }: { name: string; toxic: ToxicDraw }): Step {
  const { type, stream, attributes, toxicity } = toxic;
  return {
    text: `update ${JSON.stringify(toxic)} of ${name}`,
    allowed: (model) => model.enabled.has(name),
    note: () => undefined,
    act: (side) =>
      side.api('PATCH', `/proxies/${name}/toxics/${type}_${stream}`, { attributes, toxicity }),
  };
}

function removeToxicStep({ name, toxic }: { name: string; toxic: ToxicDraw }): Step {
  return {
    text: `remove ${toxic.type}_${toxic.stream} from ${name}`,
    allowed: (model) => model.enabled.has(name),
    note: () => undefined,
    act: (side) => side.api('DELETE', `/proxies/${name}/toxics/${toxic.type}_${toxic.stream}`),
  };
}

function resetStep(): Step {
  return {
    text: 'reset',
    allowed: () => true,
    note: (model) => {
      for (const name of model.enabled.keys()) model.enabled.set(name, true);
    },
    act: (side) => side.api('POST', '/reset'),
  };
}

function openStep(name: string): Step {
  return {
    text: `open a connection through ${name}`,
    allowed: (model) => model.enabled.get(name) === true && model.connections < 4,
    note: (model) => {
      model.connections += 1;
    },
    act: (side) => side.open(name),
  };
}

function sendStep({ pair, size, up }: { pair: number; size: number; up: boolean }): Step {
  return {
    text: `send ${size} bytes ${up ? 'up' : 'down'} connection ${pair}`,
    allowed: (model) => pair < model.connections,
    note: () => undefined,
    act: async (side) => {
      const target = side.pairs[pair]!;
      const from = up ? target.client : target.node;
      if (!isOpen(target) || from.socket.writableEnded) return;
      if (up) target.clientSent += size;
      else target.nodeSent += size;
      from.send(Buffer.alloc(size, size % 251));
    },
  };
}

function endStep({ pair, up, reset }: { pair: number; up: boolean; reset: boolean }): Step {
  return {
    text: `${reset ? 'reset' : 'end'} connection ${pair} from ${up ? 'client' : 'upstream'}`,
    allowed: (model) => pair < model.connections,
    note: () => undefined,
    act: async (side) => {
      const target = side.pairs[pair]!;
      const from = up ? target.client : target.node;
      if (!isOpen(target) || from.socket.writableEnded) return;
      if (reset) from.socket.resetAndDestroy();
      else from.socket.end();
    },
  };
}

function isOpen({ client, node }: Pair): boolean {
  return (
    client.end === 'open' &&
    node.end === 'open' &&
    !client.socket.destroyed &&
    !node.socket.destroyed
  );
}
