/** Lengths of time as documents write them: `30s`, `5m`. */
export type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd';

export function readDuration(text: string | undefined): { amount: number; unit: DurationUnit } | undefined {
  const read = /^(\d+)(ms|s|m|h|d)$/.exec(text ?? '');
  return read ? { amount: Number(read[1]), unit: read[2] as DurationUnit } : undefined;
}

export const writeDuration = (amount: number, unit: DurationUnit) =>
  `${Math.max(0, Math.round(amount))}${unit}`;

const MS: Record<DurationUnit, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
export const durationMs = (text: string | undefined): number | undefined => {
  const read = readDuration(text);
  return read && read.amount * MS[read.unit];
};
