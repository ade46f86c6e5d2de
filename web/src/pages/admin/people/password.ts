/** A password that is easy to read out and hard to guess: four groups, without characters that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const EACH = 5;

export function makePassword(
  random: (bytes: Uint8Array<ArrayBuffer>) => unknown = (bytes) => crypto.getRandomValues(bytes),
) {
  const bytes = new Uint8Array(1);
  const letter = (): string => {
    // What is beyond the last whole round would make the first letters likelier.
    const rounds = 256 - (256 % LETTERS.length);
    do random(bytes);
    while ((bytes[0] as number) >= rounds);
    return LETTERS[(bytes[0] as number) % LETTERS.length] as string;
  };
  const group = () => Array.from({ length: EACH }, letter).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
