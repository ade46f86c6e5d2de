/** The name of a sample in addresses, from what people call it; words that have no such letters are known by their run. */
export function sampleName(title: string, run: string): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return slug || `run-${run.slice(-12)}`;
}
