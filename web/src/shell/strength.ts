/** How hard a password is to guess, roughly: a hint while it is typed. The server alone decides what it takes. */

export const SHORTEST = 10;
export type Strength = 'short' | 'weak' | 'fair' | 'strong';

/** Runs such as `aaa`, `123` and `cba` add little: they count as one character. */
function distinctMoves(password: string): number {
  let count = 0;
  let before = Number.NaN;
  for (const [index, character] of [...password].entries()) {
    const code = character.codePointAt(0) ?? 0;
    if (index === 0 || Math.abs(code - before) > 1) count++;
    before = code;
  }
  return count;
}

export function strengthOf(password: string): Strength {
  if ([...password].length < SHORTEST) return 'short';
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s]/, /\s/, /[^\p{ASCII}]/u].filter((kind) =>
    kind.test(password),
  ).length;
  // One of thousands of characters weighs more than one of dozens.
  const wide = [...password].filter((character) => character > '\u007f').length;
  const score = distinctMoves(password) + kinds * 2 + wide;
  if (score < 12) return 'weak';
  return score < 18 ? 'fair' : 'strong';
}
