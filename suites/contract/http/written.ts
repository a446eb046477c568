// How the body of an answer is written: by the words of the judge, and by the answer's own documentation.

import type { RawExchange, ScenarioContext } from '#suite';

/** Requirements that the judge looks at in every answer; here each is decided for each kind of answer. */
const JUDGED = [
  'json.valid',
  'json.unique-names',
  'json.media-type',
  'json.integer-form',
  'ids.form',
  'ids.lsn-form',
] as const;

/** Decides them for one answer, `what` being its name. */
export function mustBeWritten(
  context: ScenarioContext,
  operation: string,
  came: RawExchange,
  what: string,
): void {
  const documented = context.catalogue
    .operation(operation)
    ?.answers.find(({ status }) => status === String(came.answer.status));
  // Of what is undocumented the judge has spoken already.
  if (!documented) return;
  if (documented.media.size === 0) {
    mustBeEmpty(context, came, what);
    return;
  }
  for (const requirement of JUDGED) {
    const findings = came.findings.filter((finding) => finding.requirement === requirement);
    const worst = findings.some(({ level, kind }) => level === 'fail' && kind === 'server');
    context.decide(requirement, what, worst ? 'fail' : findings.length > 0 ? 'warn' : 'pass');
  }
  if (came.answer.status! >= 400) mustTell(context, came, what);
}

/** No body where none is documented; the four bytes null are tolerated. */
function mustBeEmpty(context: ScenarioContext, came: RawExchange, what: string): void {
  const text = came.answer.body.toString();
  context.weigh(text.trim() === 'null' ? 'body-null' : 'body-undocumented', what, text === '', {
    requirement: 'http.no-body',
    message: `the answer to ${what} has a body, and none is documented`,
    expected: 'no body',
    actual: text,
    request: came.request,
  });
}

/** A documented error has a message for people. */
function mustTell(context: ScenarioContext, came: RawExchange, what: string): void {
  let message: unknown;
  try {
    message = (JSON.parse(came.answer.body.toString()) as { msg?: unknown } | null)?.msg;
  } catch {
    message = undefined;
  }
  context.check('json.error-message', what, typeof message === 'string', {
    message: `the error of ${what} has no message`,
    expected: '{"msg": "…"}',
    actual: came.answer.body.toString(),
    request: came.request,
  });
}
