/** What this person put into flows last. */
const KEY = 'causeway.recent-steps';
const MOST = 6;

export function recentUses(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((use): use is string => typeof use === 'string') : [];
  } catch {
    return [];
  }
}

export function remember(use: string) {
  const next = [use, ...recentUses().filter((one) => one !== use)].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Only a convenience.
  }
}
