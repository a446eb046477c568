// Which operation does a request address? (OpenAPI 3.0.3, Paths Object: concrete paths win over templated ones.)

import type { ApiOperation } from './operations.ts';

/** What a request addresses: the operation and the path parameters as sent, still percent-encoded. */
export interface OperationMatch {
  readonly operation: ApiOperation;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the operation of a method and a path (query and origin may be there); undefined where the document has none. */
export type OperationMatcher = (method: string, path: string) => OperationMatch | undefined;

interface Route {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** How many segments are templated: fewer win. */
  readonly templated: number;
  readonly byMethod: ReadonlyMap<string, ApiOperation>;
}

/** A matcher over these operations. A path that is documented for other methods only matches nothing. */
export function createMatcher(operations: readonly ApiOperation[]): OperationMatcher {
  const paths = Map.groupBy(operations, (operation) => operation.path);
  const routes = [...paths]
    .map(([path, group]) => toRoute(path, group))
    .sort((left, right) => left.templated - right.templated);
  return (method, path) => {
    const clean = path.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/s, '');
    for (const route of routes) {
      const found = route.pattern.exec(clean);
      if (!found) continue;
      const operation = route.byMethod.get(method.toUpperCase());
      if (!operation) return undefined;
      const values = route.names.map((name, index) => [name, found[index + 1]!] as const);
      return { operation, parameters: Object.fromEntries(values) };
    }
    return undefined;
  };
}

function toRoute(path: string, operations: readonly ApiOperation[]): Route {
  const names: string[] = [];
  const source = path.replace(/\{([^}]+)\}|[.*+?^$()|[\]\\]/g, (word, name?: string) => {
    if (name === undefined) return `\\${word}`;
    names.push(name);
    return '([^/]+)';
  });
  return {
    pattern: new RegExp(`^${source}$`),
    names,
    templated: names.length,
    byMethod: new Map(operations.map((operation) => [operation.method, operation])),
  };
}
