// The names of the properties.

/** The properties of design section 6, and `machine`: the answers fit some order of the calls (judging section 4). */
export const PROPERTIES = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'machine'] as const;

/** One of the properties. */
export type PropertyId = (typeof PROPERTIES)[number];
