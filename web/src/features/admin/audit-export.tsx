import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../../api/api-error';
import { type AuditWish, auditPages } from '../../api/audit';
import { Button } from '../../ui/button';
import { formatCount } from '../../ui/format';
import { toasts } from '../../ui/toasts';

/** More would fill the memory of the page; whoever needs them chooses a shorter time. */
const kEntriesMax = 200_000;
/** Browsers read a saved blob after the click; after this time they have certainly read it. */
const kReleaseAfterMs = 60_000;

function save(lines: readonly string[]): void {
  const url = URL.createObjectURL(new Blob(lines as string[], { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `reprise-audit-${new Date().toISOString().slice(0, 10)}.jsonl`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), kReleaseAfterMs);
}

/** Downloads what is listed, all pages of it, as one JSON object a line. */
export function AuditExport({ wish }: { readonly wish: AuditWish }) {
  /** How many entries have come; null: no export runs. */
  const [count, setCount] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const run = async () => {
    const control = new AbortController();
    stop.current = control;
    const lines: string[] = [];
    setCount(0);
    try {
      for await (const entries of auditPages(wish, control.signal)) {
        for (const entry of entries) lines.push(`${JSON.stringify(entry)}\n`);
        if (lines.length > kEntriesMax) {
          throw new Error(
            `There are more than ${formatCount(kEntriesMax)}. Choose a shorter time.`,
          );
        }
        setCount(lines.length);
      }
      save(lines);
      toasts.show(`${formatCount(lines.length)} entries are downloaded.`);
    } catch (error) {
      if (control.signal.aborted) return;
      toasts.show(`The entries were not downloaded. ${sentenceOf(error)}`, { tone: 'error' });
    } finally {
      if (!control.signal.aborted) setCount(null);
    }
  };
  if (count === null) {
    return (
      <Button variant="line" icon={<Download aria-hidden />} onClick={() => void run()}>
        Download (JSONL)
      </Button>
    );
  }
  return (
    <Button
      variant="line"
      waiting
      onClick={() => {
        stop.current?.abort();
        setCount(null);
      }}
    >
      {formatCount(count)} entries. Cancel
    </Button>
  );
}
