// Starts one boot of one node and waits until it is ready.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { TargetError } from '../../core/exit.ts';
import type { ProcessTarget } from '../definition.ts';
import type { ReaperLine } from '../reaper/reaper.ts';
import { isFree } from './free-port.ts';
import { type Launch, type LaunchEnvironment, type NodePlace, prepareLaunch } from './launch.ts';
import { lastLines } from './output.ts';
import { waitReady } from './ready.ts';
import { createRunningNode, type RunningNode } from './running-node.ts';

/** One boot of one node. */
export interface NodeSpec {
  readonly target: ProcessTarget;
  readonly place: NodePlace;
  /** From 1. */
  readonly boot: number;
  /** Folder of its output files. */
  readonly logDir: string;
  /** Marks the process as this run's (PSC_RUN). */
  readonly runId: string;
  /** More environment, beside PSC_RUN. */
  readonly environment?: LaunchEnvironment;
  /** Ends the group should we be killed. */
  readonly reaper?: ReaperLine;
  /** Called as soon as the process exists, before it is ready. */
  readonly onSpawn?: (node: RunningNode) => void;
  /** Called just before a node that is not ready in time, or no longer wanted, is killed. */
  readonly onGiveUp?: (node: RunningNode) => void;
  readonly signal?: AbortSignal;
}

/** The start failed because somebody else sits on the node's port: another port may do. */
export class PortTakenError extends TargetError {}

/**
 * Starts the process in a group of its own and resolves once it is ready. Throws TargetError, with the command, how it ended and
 * the end of its output, when it can't be started, exits, or is not ready in time (it is then killed); PortTakenError when its port is in use.
 */
export async function startNode(spec: NodeSpec): Promise<RunningNode> {
  const { target, place } = spec;
  // Whoever sits there might even answer our question whether it is ready.
  if (!(await isFree(place.host, place.port))) {
    throw new PortTakenError(`Port ${place.port} is in use by another program.`);
  }
  const { defaults, overrides } = spec.environment ?? {};
  const launch = prepareLaunch(target, place, {
    ...(defaults === undefined ? {} : { defaults }),
    overrides: { ...overrides, PSC_RUN: spec.runId },
  });
  const output = outputFiles(spec);
  const child = await spawnGroup(launch, place, output);
  spec.reaper?.addGroup(child.pid!);
  const node = createRunningNode({
    child,
    node: place.node,
    boot: spec.boot,
    host: place.host,
    port: place.port,
    dir: place.dir,
    stopMs: target.limits.stop,
    onExit: () => spec.reaper?.dropGroup(child.pid!),
  });
  spec.onSpawn?.(node);
  const fault = await untilReady(spec, node);
  if (fault === undefined) return node;
  await giveUp(spec, node);
  const text = `${describeCommand(launch)} ${fault}.${outputTail(output)}`;
  // The probe tells a port that was taken from one that the node had itself, for the node is dead now.
  if (!(await isFree(place.host, place.port))) {
    throw new PortTakenError(`Port ${place.port} is in use by another program: ${text}`);
  }
  throw new TargetError(text);
}

/** Undefined once it is ready, otherwise what went wrong. Kills the node when the caller's signal aborts. */
async function untilReady(spec: NodeSpec, node: RunningNode): Promise<string | undefined> {
  const { ready } = spec.target;
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, ...(spec.signal ? [spec.signal] : [])]);
  void node.exited.then(() => gone.abort());
  try {
    const reason = await waitReady(node.url, ready, signal);
    // Somebody else may have answered on that port while our process was giving up.
    if (node.exit === undefined && reason === undefined) return undefined;
    if (node.exit === undefined) {
      return `was not ready within ${ready.timeoutMs} ms: GET ${ready.path}: ${reason}`;
    }
  } catch (error) {
    if (node.exit === undefined) {
      await giveUp(spec, node);
      throw error;
    }
  }
  const { code, signal: by } = await node.exited;
  return by === null ? `exited with code ${code} before it was ready` : `was ended by ${by}`;
}

async function giveUp(spec: NodeSpec, node: RunningNode): Promise<void> {
  if (node.exit === undefined) spec.onGiveUp?.(node);
  await node.kill();
}

async function spawnGroup(
  launch: Launch,
  place: NodePlace,
  output: { stdout: string; stderr: string },
): Promise<ChildProcess> {
  const stdout = openSync(output.stdout, 'w');
  const stderr = openSync(output.stderr, 'w');
  try {
    // Some failures are thrown at once (no folder to start in), others come as an event (no such program).
    const child = spawn(launch.program, launch.arguments, {
      cwd: place.dir,
      env: launch.env,
      detached: true,
      stdio: ['ignore', stdout, stderr],
      ...launch.user,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return child;
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new TargetError(`${describeCommand(launch)} can't be started: ${reason}.`, { cause });
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
}

function outputFiles(spec: NodeSpec): { stdout: string; stderr: string } {
  mkdirSync(spec.logDir, { recursive: true });
  const stem = join(spec.logDir, `${spec.place.node}-${spec.boot}`);
  return { stdout: `${stem}.stdout.log`, stderr: `${stem}.stderr.log` };
}

function outputTail(output: { stdout: string; stderr: string }): string {
  const parts = [
    ['stderr', lastLines(output.stderr)],
    ['stdout', lastLines(output.stdout)],
  ].filter(([, text]) => text !== '');
  if (parts.length === 0) return ' It printed nothing.';
  return parts.map(([name, text]) => `\nEnd of its ${name}:\n${text}`).join('');
}

function describeCommand(launch: Launch): string {
  const words = [launch.program, ...launch.arguments];
  return words
    .map((word) => (/^[\w./:=,@%+-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(' ');
}
