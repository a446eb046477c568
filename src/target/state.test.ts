// State dialects: each as the best-known builds show it, and what is not recognised.

import { expect, test } from 'vitest';
import type { StateDialect } from './definition.ts';
import { readTenantState } from './state.ts';

const active = { state: { slug: 'Active' }, attachment_status: 'attached' };
const broken = { state: { slug: 'Broken', data: { reason: 'x', backtrace: '' } } };

test.each<[StateDialect, unknown, string]>([
  ['slug', active, 'Active'],
  ['slug', broken, 'Broken'],
  ['slug', { state: 'Active' }, 'Unknown'],
  ['string', { state: 'Stopping' }, 'Stopping'],
  ['string', { state: { slug: 'Active' } }, 'Unknown'],
  ['attachment_status', { attachment_status: 'maybe' }, 'Attaching'],
  ['attachment_status', { attachment_status: 'attached' }, 'Active'],
  [
    'attachment_status',
    { attachment_status: 'attached', has_in_progress_downloads: true },
    'Loading',
  ],
  ['auto', { attachment_status: { slug: 'attached' }, has_in_progress_downloads: false }, 'Active'],
  ['auto', { state: { slug: 'Active' }, has_in_progress_downloads: true }, 'Active'],
  ['attachment_status', { attachment_status: { slug: 'failed', data: { reason: 'x' } } }, 'Broken'],
  ['attachment_status', { state: 'Active' }, 'Unknown'],
  ['auto', { ...broken, attachment_status: 'attached' }, 'Broken'],
  ['auto', { state: 'Loading' }, 'Loading'],
  ['auto', { attachment_status: { slug: 'maybe' } }, 'Attaching'],
  ['auto', { state: { slug: 'Sleeping' } }, 'Unknown'],
  ['auto', {}, 'Unknown'],
  ['auto', null, 'Unknown'],
  ['auto', [active], 'Unknown'],
])('%s: %j is %s', (dialect, info, state) => {
  expect(readTenantState(dialect, info)).toBe(state);
});
