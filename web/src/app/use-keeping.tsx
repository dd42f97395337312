import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useState } from 'react';
import { aboutQuery } from '../api/about';
import type { Recording } from '../api/recordings';
import { usePart } from '../ui/part';
import { PartFailed } from '../ui/part-failed';
import { keepDialog } from './keep-part';

/** Opens the dialog about how long a recording is kept. */
export function useKeeping(): {
  readonly keep: (recording: Recording) => void;
  readonly dialog: ReactNode;
} {
  const { data: about } = useQuery(aboutQuery);
  const [recording, setRecording] = useState<Recording | null>(null);
  const part = usePart(keepDialog, recording !== null);
  const keep = useCallback((wanted: Recording) => setRecording(wanted), []);
  const close = () => setRecording(null);
  if (recording === null) return { keep, dialog: null };
  if (part.kind === 'failed') {
    const dialog = <PartFailed title="How long it is kept" onRetry={part.retry} onClose={close} />;
    return { keep, dialog };
  }
  if (part.kind !== 'loaded' || !about) return { keep, dialog: null };
  const dialog = (
    <part.value.KeepDialog recording={recording} rules={about.retention} onClose={close} />
  );
  return { keep, dialog };
}
