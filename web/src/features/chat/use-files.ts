import { useEffect, useState, useSyncExternalStore } from 'react';
import { toasts } from '../../ui/toasts';
import { Files, kFilesMax } from './files';

const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** The files for the next message: chosen, pasted, or dropped anywhere on the window. */
export function useFiles() {
  const [files] = useState(() => new Files());
  const list = useSyncExternalStore(files.subscribe, files.list);
  const [dragging, setDragging] = useState(false);
  const add = (some: Iterable<File>) => {
    if (files.add(some) > 0) {
      toasts.show(`A message has at most ${kFilesMax} files.`, { tone: 'error' });
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `add` says the same each time
  useEffect(() => {
    // A drag leaves one element after it has entered the next one.
    let entered = 0;
    const onEnter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      entered += 1;
      setDragging(true);
    };
    const onLeave = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      entered = Math.max(0, entered - 1);
      if (entered === 0) setDragging(false);
    };
    const onOver = (event: DragEvent) => {
      if (holdsFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      entered = 0;
      setDragging(false);
      add(event.dataTransfer?.files ?? []);
    };
    const leaving = new AbortController();
    const { signal } = leaving;
    addEventListener('dragenter', onEnter, { signal });
    addEventListener('dragleave', onLeave, { signal });
    addEventListener('dragover', onOver, { signal });
    addEventListener('drop', onDrop, { signal });
    return () => leaving.abort();
  }, [files]);
  return { files, list, add, dragging };
}
