// The machine: what a node answers about one tenant must fit some order of the calls (judging section 4). Present means
// 409 to an attach; absent, known to the store and undisturbed means 202; at the same time either. A tenant that was
// seen Active is never absent until a detach or ignore, restarts included; a detach and the ignore mark are durable; a
// crash may lose only a 202 that was not yet seen Active (sections 2 and 6). A tenant of which the store has never had
// anything does not become Active by an attach.

import type { CompletionLine, HistoryLine, InvokeLine, ProcessLine } from '../../history/events.ts';
import type { Judge, PropertySweep } from '../judge.ts';
import { memberOf } from '../member.ts';
import type { Call } from '../ownership/calls.ts';
import { type Cell, createCell, type Misfit, type Tracked } from './cell.ts';
import { classify, classifyCopy, classifyList, type Meaning } from './classify.ts';
import { isDeciding } from './deciding.ts';
import { createInPart } from './in-part.ts';
import { groundlessComplaint, misfitComplaint } from './misfit.ts';
import { DEATH, EMPTIED, SPOILED } from './states.ts';

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
  /** When one of these calls last ended without being accepted. */
  refusedAt: number;
  /** The accepted attach of a tenant of which the store has nothing. */
  groundless: Tracked | undefined;
  /** The suite spoiled its data, and it was not seen Active since. */
  spoiled: boolean;
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
  /** Further copies that the proxy delivered, until each is answered and so is the client. */
  private readonly copies = new Map<string, { place: Place; tracked: Tracked }[]>();
  private readonly spoiled = new Set<string>();
  private readonly lists = new Map<string, OpenList>();
  private readonly inPart: (line: HistoryLine, call: Call | undefined) => void;
  private listNumber = 0;
  private judged = 0;

  constructor(judge: Judge) {
    this.judge = judge;
    this.inPart = createInPart(judge);
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
    this.inPart(line, call);
    if (line.stream === 'client') {
      if (!call) return;
      if (line.type === 'invoke') this.invoked(line, call);
      else this.completed(line, call);
    } else if (line.stream === 'proxy') {
      if (!call) return;
      if (line.type === 'request' && call.copies > 1) this.copied(call);
      if (call.settled) this.settle(call.id);
    } else if (line.stream === 'process') {
      if (line.type === 'exit' || line.type === 'emptied') this.died(line);
    } else if (line.stream === 'run' && line.type === 'spoil') {
      this.spoil(line.tenant);
    }
  }

  private placeOf(node: string, tenant: string): Place {
    const places = memberOf(this.nodes, node, () => new Map());
    let place = places.get(tenant);
    if (!place) {
      const cell = createCell(node, tenant, (misfit) => this.complain(cell, misfit));
      place = {
        cell,
        openedAt: -1,
        refusedAt: -1,
        groundless: undefined,
        spoiled: this.spoiled.has(tenant),
        lists: 0,
      };
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
    if (call.opens) {
      // What touched the attach before this one may have ended it; it will not be asked for again.
      if (place.openedAt >= 0 && this.canGiveUp(place)) place.cell.disturb();
      place.openedAt = line.t;
    }
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
      this.listed(line, list);
      this.lists.delete(call.id);
      return;
    }
    const entry = this.tracked.get(call.id);
    if (!entry) return;
    const { place, tracked: own } = entry;
    const { node, tenant } = place.cell;
    this.catchUp(place);
    const known = this.judge.knowledge.since(tenant, call.invokedAt);
    const answered = classify(call, line, {
      hardened: this.judge.profile === 'hardened',
      disturbed: call.partial || call.copies > 1 || this.isDisturbed(place, call.invokedAt),
      touched: call.touched || this.judge.troubles.lastTouch(tenant, node) >= call.invokedAt,
      knowledge: known,
      together: own.together,
      deciding: isDeciding(place, call, this.judge),
    });
    const meaning = this.withFirstCopy(call, answered);
    if (call.opens) {
      if (line.type !== 'ok') place.refusedAt = line.t;
      else place.groundless = call.op === 'attach' && known === 'unknown' ? own : undefined;
    }
    if (meaning.active) this.grounded(place, line);
    if (meaning.answer) this.judged += 1;
    place.cell.returned(own, line, meaning, this.canGiveUp(place));
    if (meaning.pending === undefined) this.tracked.delete(call.id);
    if (call.settled) this.settle(call.id);
  }

  private listed(line: CompletionLine, list: OpenList): void {
    const isAnswer = line.type === 'ok' && line.seen?.tenants !== undefined;
    const places = isAnswer ? (this.nodes.get(list.node)?.values() ?? []) : list.tracked.keys();
    for (const place of places) {
      // This list, and others that are still open: they may be older than what this one shows.
      this.catchUp(place);
      const own = list.tracked.get(place)!;
      const deciding = isDeciding(place, list.call, this.judge);
      const meaning = classifyList(line, place.cell.tenant, deciding);
      if (meaning.active) this.grounded(place, line);
      if (meaning.answer) this.judged += 1;
      place.cell.returned(own, line, meaning, this.canGiveUp(place));
    }
  }

  private canGiveUp(place: Place): boolean {
    const { tenant, node } = place.cell;
    if (this.isDisturbed(place, place.openedAt)) return true;
    // A node that was stopped for longer than it gives an attach may give it up.
    if (this.judge.troubles.lastPause(node) >= place.openedAt) return true;
    return this.judge.knowledge.since(tenant, place.openedAt) !== 'known';
  }

  /** The store failed the tenant, its data was spoiled, or the node was dying or booting. */
  private isDisturbed({ spoiled, cell }: Place, since: number): boolean {
    const { troubles } = this.judge;
    if (spoiled || troubles.lastDown(cell.node) >= since) return true;
    return troubles.lastStoreTouch(cell.tenant, cell.node) >= since;
  }

  private spoil(tenant: string): void {
    this.spoiled.add(tenant);
    for (const places of this.nodes.values()) {
      const place = places.get(tenant);
      if (!place) continue;
      place.spoiled = true;
      place.cell.happen(SPOILED);
    }
  }

  private copied(call: Call): void {
    const meaning = call.tenant === undefined ? undefined : classifyCopy(call);
    if (!meaning || call.tenant === undefined) return;
    const place = this.placeOf(call.node, call.tenant);
    this.catchUp(place);
    const copy = { place, tracked: place.cell.copy(call, meaning) };
    memberOf(this.copies, call.id, () => []).push(copy);
  }

  /**
   * Of several copies delivered before the answer nobody knows which one it answers: the other may have taken effect since
   * the call began, not only since a second copy was seen.
   */
  private withFirstCopy(call: Call, meaning: Meaning): Meaning {
    const copy = meaning.pending === undefined ? this.copies.get(call.id)?.shift() : undefined;
    const pending = copy?.tracked.meaning?.pending;
    if (!copy || pending === undefined) return meaning;
    // It waits behind the call itself, so the search has not been told of it yet.
    copy.tracked.meaning = {};
    copy.place.cell.settle(copy.tracked);
    return { ...meaning, pending };
  }

  private grounded(place: Place, line: CompletionLine): void {
    const { groundless, cell } = place;
    place.spoiled = false;
    if (!groundless?.end || this.judge.knowledge.since(cell.tenant, line.t) !== 'unknown') return;
    this.judge.complain('machine', groundlessComplaint(cell, groundless.end, line));
    place.groundless = undefined;
  }

  private settle(call: string): void {
    for (const { place, tracked } of this.copies.get(call) ?? []) place.cell.settle(tracked);
    const entry = this.tracked.get(call);
    // While its client still waits they are wanted: see `withFirstCopy`.
    if (!entry || entry.tracked.meaning) this.copies.delete(call);
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
