// Every property and the sweep that judges it.

import type { Judge, PropertySweep } from './judge.ts';
import { createMachineSweep } from './machine/machine-sweep.ts';
import { createHazardSweep } from './properties/p1-hazard.ts';
import { createConflictSweep } from './properties/p2-conflict.ts';
import { createSuccessionSweep } from './properties/p3-succession.ts';
import { createLostUpdateSweep } from './properties/p4-lost-update.ts';
import { createGenerationSweep } from './properties/p5-generations.ts';
import { createWholeSweep } from './properties/p6-whole.ts';
import { createLivenessSweep } from './properties/p7-liveness.ts';
import { createKeptSweep } from './properties/p8-kept.ts';
import type { PropertyId } from './property-id.ts';

/** Property and constructor, in the order of the reports. */
export const SWEEPS: readonly (readonly [PropertyId, (judge: Judge) => PropertySweep])[] = [
  ['P1', createHazardSweep],
  ['P2', createConflictSweep],
  ['P3', createSuccessionSweep],
  ['P4', createLostUpdateSweep],
  ['P5', createGenerationSweep],
  ['P6', createWholeSweep],
  ['P7', createLivenessSweep],
  ['P8', createKeptSweep],
  ['machine', createMachineSweep],
];
