// XML in and out. Values stay strings: a key named "007" must not become a number.
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { S3Error } from './error.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: false });
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  removeNSPrefix: true,
  trimValues: false,
  ignoreDeclaration: true,
  // Brings the numeric character references, which XML has too; clients send them for line breaks in keys.
  htmlEntities: true,
});

/** One document with `root` as its element; arrays repeat their element, absent members are left out. */
export function toXml(root: string, content: Record<string, unknown>): string {
  const attributes = root === 'Error' ? {} : { '@_xmlns': NAMESPACE };
  const text: string = builder.build({ [root]: { ...attributes, ...content } });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
}

/** The content of the element `root`. Throws `MalformedXML` (400) where the body is something else. */
export function fromXml(body: Buffer, root: string): Record<string, unknown> {
  let document: Record<string, unknown>;
  try {
    document = parser.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw malformed();
  }
  const content = document[root];
  if (typeof content !== 'object' || content === null) throw malformed();
  return content as Record<string, unknown>;
}

/** The elements of one name: none, one or many, as a list of their contents. */
export function elements(
  content: Record<string, unknown>,
  name: string,
): Record<string, unknown>[] {
  const value = content[name];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.filter((item): item is Record<string, unknown> => typeof item === 'object');
}

/** Text of a child element, or undefined. */
export function text(content: Record<string, unknown>, name: string): string | undefined {
  const value = content[name];
  return typeof value === 'string' ? value : undefined;
}

function malformed(): S3Error {
  return new S3Error(400, 'MalformedXML', 'The XML you provided was not well-formed.');
}
