// A target file as text: parsed with the line of each key and value, and errors that name file and line.

import type { Document, Node } from 'yaml';
import { UsageError } from '../../core/exit.ts';
import { yaml } from '../../core/yaml.ts';

/** A place in the document: keys and indices from the top. */
export type SourcePath = readonly (string | number)[];

/** A parsed file that knows where things stand. */
export interface Source {
  /** The file's path as the user gave it, for messages. */
  readonly file: string;
  readonly value: unknown;
  /** Line of the value at `path` (of its nearest parent that is there), from 1. */
  lineOf(path: SourcePath): number;
  /** Line of the key at the end of `path`, from 1. */
  lineOfKey(path: SourcePath): number;
}

/** One thing wrong with a target file. */
export interface Problem {
  readonly line: number;
  /** A whole sentence. */
  readonly message: string;
}

/** Throws one UsageError that lists all problems as `file:line: message`. */
export function failWith(file: string, problems: readonly Problem[]): never {
  const lines = problems
    .toSorted((left, right) => left.line - right.line)
    .map(({ line, message }) => `${file}:${line}: ${message}`);
  throw new UsageError(lines.join('\n'));
}

/** Parses YAML or JSON (which is YAML too). Throws UsageError with the line of each syntax error. */
export function parseSource(file: string, text: string): Source {
  const { isMap, isScalar, LineCounter, parseDocument } = yaml();
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  if (document.errors.length > 0) {
    failWith(
      file,
      document.errors.map((error) => ({
        line: lineAt(error.pos[0]),
        message: `${error.message}.`,
      })),
    );
  }
  return {
    file,
    value: toValue(file, document),
    lineOf(path) {
      for (let length = path.length; length > 0; length -= 1) {
        const node = document.getIn(path.slice(0, length), true) as Node | undefined;
        if (node?.range) return lineAt(node.range[0]);
      }
      return 1;
    },
    lineOfKey(path) {
      const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
      const key = isMap(parent)
        ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === path.at(-1))?.key
        : undefined;
      return isScalar(key) && key.range ? lineAt(key.range[0]) : this.lineOf(path);
    },
  };
}

function toValue(file: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that would fill the memory end here.
    failWith(file, [{ line: 1, message: `${(error as Error).message}.` }]);
  }
}
