// The gate between upstream and toxics: the first byte of an answer is seen here, and rules act on it before the
// client gets it, or after exactly so many bytes.

import { type Answer, answerDialect, type Exchange } from './exchange.ts';
import { Gate, type Verdict, type Waiting } from './gate.ts';
import { MessageParser, type Segment } from './http-message.ts';
import type { ClaimedRule, Watch } from './watch.ts';

const ANSWER_POINTS = ['answer-first-byte', 'answer-byte'] as const;

/** Gate of the downstream direction. */
export class AnswerGate extends Gate<Answer> {
  protected readonly parser: MessageParser<Answer>;
  readonly #watch: Watch;
  readonly #open: Exchange[];
  /** The rule that waits for its byte of the answer. */
  readonly #claimed = new Map<Answer, ClaimedRule>();

  /** `open`: the requests that wait for their answers, oldest first; answered ones are taken off. */
  constructor(watch: Watch, open: Exchange[]) {
    super();
    this.#watch = watch;
    this.#open = open;
    this.parser = new MessageParser(answerDialect(watch.place, () => open[0]));
  }

  protected arrived(segments: readonly Segment<Answer>[]): void {
    for (const { message } of segments) {
      if (message === undefined) continue;
      if (message.status !== undefined && message.final) message.tell();
      if (message.complete && message.final) this.#finishExchange(message);
    }
  }

  protected sourceEnded(): void {
    for (const { message } of this.queue) message?.tell();
    this.#watch.upstreamEnded();
  }

  protected frozenBytes(waiting: Waiting<Answer> | undefined, holds: ReadonlySet<string>): void {
    this.#watch.frozen('downstream', waiting?.message, holds);
  }

  protected override passed({ data, message }: Waiting<Answer>): void {
    if (message === undefined) return;
    message.passedBytes += data.length;
    const rule = this.#claimed.get(message);
    if (rule !== undefined && message.passedBytes >= (rule.byte ?? 0)) this.#reach(rule, message);
  }

  protected decide({ data, message }: Waiting<Answer>): Verdict {
    if (message === undefined || this.parser.opaque) return 'pass';
    if (message.phase === 'new') this.#start(message);
    if (message.phase === 'dropping') return 'drop';
    if (message.phase === 'held') return 'wait';
    if (message.phase === 'new') return this.ended ? 'pass' : 'wait';
    const rule = this.#claimed.get(message);
    if (rule === undefined) return 'pass';
    const left = (rule.byte ?? 0) - message.passedBytes;
    if (left > 0) return { passBytes: Math.min(left, data.length) };
    this.#reach(rule, message);
    return { passBytes: 0 };
  }

  #start(answer: Answer): void {
    const { exchange } = answer;
    if (exchange?.swallowAnswer && answer.final) {
      answer.phase = 'dropping';
      return;
    }
    if (exchange === undefined || !this.#watch.armed(ANSWER_POINTS)) {
      answer.phase = 'passing';
      return;
    }
    if (answer.status === undefined) return;
    answer.phase = 'passing';
    if (!answer.final) return;
    const first = this.#watch.claim('answer-first-byte', exchange, answer.status);
    if (first !== undefined) {
      this.#watch.act(first, 'answer-first-byte', exchange, answer);
      return;
    }
    const later = this.#watch.claim('answer-byte', exchange, answer.status);
    if (later !== undefined) this.#claimed.set(answer, later);
  }

  /** The rule's byte has passed: it acts. */
  #reach(rule: ClaimedRule, answer: Answer): void {
    this.#claimed.delete(answer);
    this.#watch.act(rule, 'answer-byte', answer.exchange!, answer);
  }

  #finishExchange(answer: Answer): void {
    if (answer.exchange === undefined) return;
    const index = this.#open.indexOf(answer.exchange);
    if (index >= 0) this.#open.splice(index, 1);
    this.#watch.answered(answer.exchange);
  }
}
