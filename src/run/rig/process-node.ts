// A node that we start. Its boots come one after the other; two at once only on purpose.

import { HarnessError, TargetError, UnsupportedError } from '../../core/exit.ts';
import {
  freePort,
  type NodeExit,
  PortTakenError,
  type TargetCapability,
} from '../../target/index.ts';
import { type Boot, Boots, NODE_HOST, type NodeHost } from './boots.ts';
import type { DoubleBoot, NodeState, RigNode, StartOptions, StopOptions } from './rig-node.ts';
import type { SmallDisk } from './small-disk.ts';

/** Ports that are tried when others sit on them. */
const PORT_TRIES_MAX = 3;

/** A node of a process target. */
export class ProcessNode implements RigNode {
  readonly id: string;
  readonly index: number;
  readonly #host: NodeHost;
  readonly #boots: Boots;
  #current: Boot | undefined;
  #starting: Promise<void> | undefined;
  #ready: Promise<Boot> | undefined;
  #paused = false;
  #ports: { readonly port: number; readonly pgPort: number } | undefined;
  #loss: Error | undefined;

  constructor(id: string, index: number, host: NodeHost) {
    this.id = id;
    this.index = index;
    this.#host = host;
    this.#boots = new Boots({ id, index }, host, (boot) => void this.#revive(boot));
  }

  get boot(): number {
    return this.#current?.running.boot ?? 0;
  }
  get dir(): string {
    return this.#host.folders.nodeDir(this.id);
  }
  get loss(): Error | undefined {
    return this.#loss;
  }
  get url(): string {
    if (!this.#ports) throw new HarnessError(`node ${this.id} was never started`);
    return `http://${NODE_HOST}:${this.#ports.port}`;
  }
  get state(): NodeState {
    if (this.#starting) return 'starting';
    if (!this.#current || this.#current.running.exit) return 'down';
    if (!this.#current.ready) return 'starting';
    return this.#paused ? 'paused' : 'up';
  }

  async ensureUp(): Promise<void> {
    if (this.#loss) throw this.#loss;
    if (this.#starting) return this.#starting;
    // Started without waiting: it becomes ready, or not.
    if (this.state === 'starting') await this.#ready?.catch(() => {});
    if (this.state === 'down') await this.start();
  }

  async start(options: StartOptions = {}): Promise<void> {
    if (this.state !== 'down') {
      throw new HarnessError(`node ${this.id} can't be started: it is ${this.state}`);
    }
    if (this.#boots.last > 0) this.#need('restart');
    await this.#begin(options);
  }

  async terminate(options: StopOptions = {}): Promise<NodeExit & { readonly escalated: boolean }> {
    const boot = this.#alive('terminate');
    boot.keepHeld = options.keepHeld ?? false;
    this.#boots.record(boot, 'terminate');
    const end = await boot.running.terminate(() => this.#boots.record(boot, 'kill'));
    await boot.buried;
    return end;
  }

  async kill(options: StopOptions = {}): Promise<NodeExit> {
    const boot = this.#alive('kill');
    boot.keepHeld = options.keepHeld ?? false;
    this.#boots.record(boot, 'kill');
    void boot.running.kill();
    return boot.buried;
  }

  pause(): void {
    this.#need('pause');
    const boot = this.#alive('pause');
    boot.running.pause();
    this.#paused = true;
    this.#boots.record(boot, 'pause');
  }

  resume(): void {
    const boot = this.#alive('resume');
    this.#boots.record(boot, 'resume');
    this.#paused = false;
    boot.running.resume();
  }

  async restart(how: 'terminate' | 'kill' = 'terminate', options?: StartOptions): Promise<void> {
    this.#need('restart');
    if (this.state !== 'down') await this[how]();
    await this.start(options);
  }

  emptyDisk(): void {
    if (this.state !== 'down') throw new HarnessError(`node ${this.id} runs on the disk to empty`);
    this.#host.folders.emptyNodeDir(this.id);
    const boot = this.#boots.last;
    this.#host.history.record({ stream: 'process', type: 'emptied', node: this.id, boot });
  }

  spoilDisk(): void {
    this.#need('data-dir');
    this.#host.folders.spoilNodeDir(this.id);
  }

  mendDisk(): void {
    this.#need('data-dir');
    this.#host.folders.mendNodeDir(this.id);
  }

  smallDisk(): SmallDisk {
    this.#need('small-disk');
    const assertDown = (): void => {
      if (this.state !== 'down') throw new HarnessError(`node ${this.id} runs on the disk to move`);
    };
    assertDown();
    const disk = this.#host.folders.smallNodeDir(this.id);
    return {
      ...disk,
      close: () => {
        assertDown();
        disk.close();
      },
    };
  }

  async renew(options: StartOptions = {}): Promise<void> {
    await this.#starting?.catch(() => {});
    await this.#boots.end();
    this.emptyDisk();
    this.#loss = undefined;
    await this.#begin(options);
  }

  async doubleBoot(): Promise<DoubleBoot> {
    this.#need('restart');
    this.#alive('boot twice');
    const ports = { port: await freePort(NODE_HOST), pgPort: await freePort(NODE_HOST) };
    const number = this.#boots.last + 1;
    let second: Boot | undefined;
    const onSpawn = (boot: Boot): void => {
      second = boot;
    };
    try {
      const { running, buried } = await this.#boots.launch({
        ...ports,
        env: {},
        second: true,
        onSpawn,
      });
      const kill = async (): Promise<void> => {
        if (running.exit === undefined) this.#boots.record(second!, 'kill');
        void running.kill();
        await buried;
      };
      return { kind: 'running', boot: number, url: running.url, kill };
    } catch (error) {
      await second?.buried;
      return { kind: 'refused', boot: number, reason: (error as Error).message };
    }
  }

  /** Ends whatever runs: SIGTERM, judged to the end. Part of the rig's own end. */
  async close(): Promise<void> {
    await this.#starting?.catch(() => {});
    if (this.#current?.running.exit === undefined && this.#current) {
      if (this.#paused) this.resume();
      await this.terminate();
    }
    await this.#boots.end();
  }

  async #begin(options: StartOptions): Promise<void> {
    this.#host.signal.throwIfAborted();
    const starting = this.#start(options).finally(() => {
      this.#starting = undefined;
    });
    this.#starting = starting;
    await starting;
  }

  async #start(options: StartOptions): Promise<void> {
    await this.#current?.buried;
    for (let attempt = 1; ; attempt += 1) {
      this.#ports ??= { port: await freePort(NODE_HOST), pgPort: await freePort(NODE_HOST) };
      try {
        await this.#launch(options, this.#ports);
        return;
      } catch (error) {
        await this.#current?.buried;
        if (!(error instanceof PortTakenError) || attempt === PORT_TRIES_MAX) throw error;
        this.#ports = undefined;
      }
    }
  }

  /** Resolves when the next boot is as far as `options.until` says. */
  async #launch(
    options: StartOptions,
    ports: { readonly port: number; readonly pgPort: number },
  ): Promise<void> {
    const address = { host: NODE_HOST, port: ports.port };
    await this.#host.lane?.nodeAt(this.id, this.#boots.last + 1, address);
    const { promise: spawned, resolve } = Promise.withResolvers<void>();
    const onSpawn = (boot: Boot): void => {
      this.#current = boot;
      this.#paused = false;
      resolve();
    };
    const ready = this.#boots.launch({ ...ports, env: options.env ?? {}, onSpawn });
    this.#ready = ready;
    if (options.until !== 'spawned') {
      await ready;
      return;
    }
    // It becomes ready, or is struck down before that, behind the caller's back.
    ready.catch(() => {});
    await Promise.race([spawned, ready]);
  }

  /** A target that falls over is judged for it and set up again, so that the rest can be judged too. */
  async #revive(boot: Boot): Promise<void> {
    if (boot !== this.#current || this.#host.signal.aborted || this.state !== 'down') return;
    try {
      await this.start();
    } catch (cause) {
      if (this.#host.signal.aborted) return;
      const text = `node ${this.id} exited unasked and could not be started again`;
      this.#loss = new TargetError(`${text}: ${(cause as Error).message}`, { cause });
    }
  }

  #alive(what: string): Boot {
    const boot = this.#current;
    if (boot && boot.running.exit === undefined) return boot;
    throw new HarnessError(`can't ${what} node ${this.id}: it is down`);
  }

  #need(capability: TargetCapability): void {
    if (this.#host.target.capabilities[capability]) return;
    throw new UnsupportedError(capability, `the target lacks "${capability}"`);
  }
}
