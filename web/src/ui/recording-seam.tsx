import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { recordingQuery, waveformQuery } from '../api/recordings';
import { seamGaps } from './loss';
import { Seam } from './seam';
import { seamData } from './seam-data';

type Props = { readonly recordingId: string; readonly lengthMs: number };

/** The small seam of a whole recording; nothing until its peaks are known. */
export function RecordingSeam({ recordingId, lengthMs }: Props) {
  const { data: view } = useQuery(recordingQuery(recordingId));
  const { data: waveform } = useQuery(waveformQuery(recordingId));
  const data = useMemo(() => {
    if (!waveform || !view) return null;
    const turns = view.turns.map((turn) => ({
      speaker: turn.speaker,
      startMs: turn.start_ms,
      endMs: turn.end_ms,
      cutMs: turn.interrupted_at_ms,
      overlapFromMs: null,
    }));
    return seamData(waveform, lengthMs, turns, seamGaps(view.loss));
  }, [waveform, view, lengthMs]);
  return data ? <Seam data={data} kind="mini" fromMs={0} toMs={lengthMs} /> : null;
}
