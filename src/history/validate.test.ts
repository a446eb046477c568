// The published schema takes each kind of line, and nothing that differs from it in one member.

import { expect, test } from 'vitest';
import schema from './history.schema.json' with { type: 'json' };
import { createLineValidator } from './index.ts';
import { sampleHistory } from './samples.ts';

const validate = createLineValidator();

test.each(sampleHistory.map((line) => [`${line.stream}.${line.type}`, line] as const))(
  'takes %s, and refuses it changed',
  (_, line) => {
    expect(validate(line)).toEqual({ line });
    expect(validate({ ...line, colour: 'red' })).toEqual({
      message: expect.stringMatching(/unknown member "colour"/),
    });
    for (const name of requiredOf(line.stream, line.type)) {
      const { [name]: _gone, ...rest } = line as unknown as Record<string, unknown>;
      expect(validate(rest)).toHaveProperty('message');
    }
    for (const name of Object.keys(line)) {
      expect(validate({ ...line, [name]: Symbol('no JSON value') })).toHaveProperty('message');
    }
  },
);

test('there is a sample for each kind that the schema knows', () => {
  const kinds = new Set(sampleHistory.map(({ stream, type }) => kindOf(stream, type)));
  expect(schema.oneOf.map((entry) => entry.$ref.replace('#/definitions/', '')).sort()).toEqual(
    [...kinds].sort(),
  );
});

test('says which values are allowed', () => {
  const line = { i: 0, t: 0, stream: 'run', type: 'scenario', phase: 'middle' };
  expect(validate(line)).toEqual({
    message: 'run.scenario: phase must be equal to one of the allowed values: start, end',
  });
});

function kindOf(stream: string, type: string): string {
  if (`${stream}.${type}` in schema.definitions) return `${stream}.${type}`;
  return stream === 'client' ? 'client.completion' : stream;
}

function requiredOf(stream: string, type: string): string[] {
  const definitions = schema.definitions as Record<string, { required?: string[] }>;
  return definitions[kindOf(stream, type)]?.required ?? [];
}
