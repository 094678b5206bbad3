/** A figure that is held against a bar. */
export interface ChipBar {
  readonly group: 'retention' | 'teacher' | 'closed forms' | 'noise' | 'crosstalk' | 'statistics';
  readonly name: string;
  readonly found: number;
  readonly wanted: number;
  readonly relation: 'at most' | 'at least';
  readonly unit: string;
  readonly passed: boolean;
}

export function atMost(group: ChipBar['group'], name: string, found: number, wanted: number, unit: string): ChipBar {
  return { group, name, found, wanted, relation: 'at most', unit, passed: found <= wanted };
}

export function atLeast(group: ChipBar['group'], name: string, found: number, wanted: number, unit: string): ChipBar {
  return { group, name, found, wanted, relation: 'at least', unit, passed: found >= wanted };
}
