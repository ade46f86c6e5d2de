/** Files that were dropped or chosen, folders walked to their end. */
import type { PickedFile } from './candidates';

const MOST = 5000;

export async function filesOf(transfer: DataTransfer): Promise<PickedFile[]> {
  // Entries are gone after the event: all are taken before anything is waited for.
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  const found: PickedFile[] = [];
  for (const entry of entries) await walk(entry, '', found);
  return found;
}

async function walk(entry: FileSystemEntry, folder: string, found: PickedFile[]): Promise<void> {
  if (found.length >= MOST || entry.name.startsWith('.') || entry.name === 'node_modules') return;
  const path = folder + entry.name;
  if (entry.isFile) {
    if (!/\.(json|zip)$/i.test(path)) return;
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives at most a hundred entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const inner of some) await walk(inner, `${path}/`, found);
  }
}

export const chosenFiles = (files: FileList | null): PickedFile[] =>
  [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
