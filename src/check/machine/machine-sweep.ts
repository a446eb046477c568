// The machine: what a node answers about one tenant must fit some order of the calls (judging section 4). Present means
// 409 to an attach; absent, known to the store and undisturbed means 202; at the same time either. A tenant that was
// seen Active is never absent until a detach or ignore, restarts included; a detach and the ignore mark are durable; a
// crash may lose only a 202 that was not yet seen Active (sections 2 and 6). A tenant of which the store has never had
// anything does not become Active by an attach.

import type { CompletionLine, HistoryLine, InvokeLine, ProcessLine } from '../../history/events.ts';
import { evidence, short } from '../evidence.ts';
import type { Judge, PropertySweep } from '../judge.ts';
import { memberOf } from '../member.ts';
import type { Call } from '../ownership/calls.ts';
import { type Cell, createCell, type Misfit, type Tracked } from './cell.ts';
import { classify, classifyList } from './classify.ts';
import { createKnowledge } from './knowledge.ts';
import { ANY_STATE, DEATH, EMPTIED, SPOILED, STATE } from './states.ts';

const TRACKED_OPERATIONS: ReadonlySet<string> = new Set([
  'attach',
  'detach',
  'ignore',
  'load',
  'tenant_create',
  'tenant_status',
]);

/** A cell with what the sweep keeps beside it. */
interface Place {
  readonly cell: Cell;
  /** When an attach, create or load was last invoked, or the node booted. */
  openedAt: number;
  /** The accepted attach of a tenant of which the store has nothing. */
  groundless: Tracked | undefined;
  /** Lists up to this number have been told to the cell. */
  lists: number;
}

interface OpenList {
  readonly number: number;
  readonly node: string;
  readonly call: Call;
  readonly tracked: Map<Place, Tracked>;
}

/** The sweep of the state machine. */
export function createMachineSweep(judge: Judge): PropertySweep {
  return new MachineSweep(judge);
}

class MachineSweep implements PropertySweep {
  readonly id = 'machine';
  private readonly judge: Judge;
  private readonly nodes = new Map<string, Map<string, Place>>();
  private readonly tracked = new Map<
    string,
    { readonly place: Place; readonly tracked: Tracked }
  >();
  private readonly lists = new Map<string, OpenList>();
  private readonly knowledge = createKnowledge();
  private listNumber = 0;
  private judged = 0;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  deciding() {
    return this.judged;
  }

  undecided() {
    for (const places of this.nodes.values()) {
      for (const { cell } of places.values()) if (cell.gaveUp()) return cell.gaveUp();
    }
    return undefined;
  }

  end() {
    for (const places of this.nodes.values()) for (const { cell } of places.values()) cell.end();
  }

  line(line: HistoryLine, call: Call | undefined): void {
    this.knowledge.see(line);
    if (line.stream === 'client') {
      if (!call) return;
      if (line.type === 'invoke') this.invoked(line, call);
      else this.completed(line, call);
    } else if (line.stream === 'proxy') {
      if (call?.settled) this.settle(call.id);
    } else if (line.stream === 'process') {
      if (line.type === 'exit' || line.type === 'emptied') this.died(line);
    } else if (line.stream === 'run' && line.type === 'spoil') {
      for (const places of this.nodes.values()) places.get(line.tenant)?.cell.happen(SPOILED);
    }
  }

  private placeOf(node: string, tenant: string): Place {
    const places = memberOf(this.nodes, node, () => new Map());
    let place = places.get(tenant);
    if (!place) {
      const cell = createCell(node, tenant, (misfit) => this.complain(cell, misfit));
      place = { cell, openedAt: -1, groundless: undefined, lists: 0 };
      places.set(tenant, place);
    }
    return place;
  }

  /** Open lists began before what comes now. */
  private catchUp(place: Place): void {
    if (place.lists === this.listNumber) return;
    for (const list of this.lists.values()) {
      if (list.number <= place.lists || list.node !== place.cell.node) continue;
      list.tracked.set(place, place.cell.invoke(list.call));
    }
    place.lists = this.listNumber;
  }

  private invoked(line: InvokeLine, call: Call): void {
    if (line.op === 'tenant_list') {
      this.listNumber += 1;
      this.lists.set(call.id, {
        number: this.listNumber,
        node: line.node,
        call,
        tracked: new Map(),
      });
      return;
    }
    if (line.tenant === undefined || !TRACKED_OPERATIONS.has(line.op)) return;
    const place = this.placeOf(line.node, line.tenant);
    this.catchUp(place);
    if (call.opens) place.openedAt = line.t;
    const entry = { place, tracked: place.cell.invoke(call) };
    if (call.closes) this.markTogether(place, entry.tracked);
    this.tracked.set(call.id, entry);
  }

  private markTogether(place: Place, own: Tracked): void {
    for (const other of place.cell.unsettled()) {
      if (other === own || other.call.op !== own.call.op) continue;
      other.together = true;
      own.together = true;
    }
  }

  private completed(line: CompletionLine, call: Call): void {
    const list = this.lists.get(call.id);
    if (list) {
      this.lists.delete(call.id);
      this.listed(line, list);
      return;
    }
    const entry = this.tracked.get(call.id);
    if (!entry) return;
    const { place, tracked: own } = entry;
    const { node, tenant } = place.cell;
    this.catchUp(place);
    const known = this.knowledge.since(tenant, call.invokedAt);
    const meaning = classify(call, line, {
      hardened: this.judge.profile === 'hardened',
      disturbed: call.touched || this.judge.troubles.lastTouch(tenant, node) >= call.invokedAt,
      knowledge: known,
      together: own.together,
    });
    if (call.opens && line.type === 'ok') {
      place.groundless = call.op === 'attach' && known === 'unknown' ? own : undefined;
    }
    if (meaning.active) this.grounded(place, line);
    if (meaning.answer) this.judged += 1;
    place.cell.returned(own, line, meaning, this.canGiveUp(place));
    if (meaning.pending === undefined) this.tracked.delete(call.id);
    else if (call.settled) this.settle(call.id);
  }

  private listed(line: CompletionLine, list: OpenList): void {
    const isAnswer = line.type === 'ok' && line.seen?.tenants !== undefined;
    const places = isAnswer ? (this.nodes.get(list.node)?.values() ?? []) : list.tracked.keys();
    for (const place of places) {
      const own = list.tracked.get(place) ?? place.cell.invoke(list.call);
      const meaning = classifyList(line, place.cell.tenant);
      if (meaning.active) this.grounded(place, line);
      if (meaning.answer) this.judged += 1;
      place.cell.returned(own, line, meaning, this.canGiveUp(place));
    }
  }

  private canGiveUp(place: Place): boolean {
    const { tenant, node } = place.cell;
    if (this.judge.troubles.lastTouch(tenant, node) >= place.openedAt) return true;
    return this.knowledge.since(tenant, place.openedAt) !== 'known';
  }

  private grounded(place: Place, line: CompletionLine): void {
    const { groundless, cell } = place;
    if (!groundless?.end || this.knowledge.since(cell.tenant, line.t) !== 'unknown') return;
    this.judge.complain('machine', {
      message: `${cell.node} made tenant ${short(cell.tenant)} Active, of which the store has nothing`,
      expected: 'the attach ends with 404 or Broken',
      actual: 'Active',
      tenant: cell.tenant,
      node: cell.node,
      scenario: line.scenario,
      evidence: [
        evidence(groundless.end, 'attach of a tenant that the store does not know'),
        evidence(line, 'the tenant is shown Active'),
      ],
    });
    place.groundless = undefined;
  }

  private settle(call: string): void {
    const entry = this.tracked.get(call);
    if (!entry) return;
    if (entry.tracked.meaning) this.tracked.delete(call);
    this.catchUp(entry.place);
    entry.place.cell.settle(entry.tracked);
  }

  private died(line: ProcessLine): void {
    for (const place of this.nodes.get(line.node)?.values() ?? []) {
      this.catchUp(place);
      for (const own of [...place.cell.unsettled()])
        if (own.call.forwarded) this.settle(own.call.id);
      place.cell.happen(line.type === 'emptied' ? EMPTIED : DEATH);
    }
  }

  private complain(cell: Cell, misfit: Misfit): void {
    this.judge.complain('machine', misfitComplaint(this.judge, cell, misfit));
  }
}

function misfitComplaint(judge: Judge, cell: Cell, { tracked, before, states }: Misfit) {
  const { call, end } = tracked;
  const answer = `${end?.status ?? end?.type}`;
  const what = end?.seen?.state ? `${answer} (${end.seen.state})` : answer;
  return {
    kind: judge.taintOf(cell.tenant) ?? ('server' as const),
    message:
      `${cell.node} answered ${call.op} of tenant ${short(cell.tenant)} with ${what}, ` +
      'which fits no order of the calls',
    expected: `an answer for a tenant that is ${nameStates(states)}`,
    actual: what,
    tenant: cell.tenant,
    node: cell.node,
    scenario: end?.scenario ?? call.scenario,
    evidence: [
      ...(before?.end
        ? [evidence(before.end, `${before.call.op} had been answered ${before.end.status ?? ''}`)]
        : []),
      { i: call.i, t: call.invokedAt, text: `${call.op} is sent` },
      ...(end ? [evidence(end, `it is answered ${what}`)] : []),
    ],
  };
}

function nameStates(states: number): string {
  if (states === ANY_STATE) return 'in any state';
  const names = Object.entries(STATE).filter(([, state]) => states & (1 << state));
  return names.map(([name]) => name).join(' or ');
}
