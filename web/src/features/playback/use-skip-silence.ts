import { useCallback, useEffect, useMemo, useState } from 'react';
import type { PlayerEngine } from '../../media/player/player-engine';
import { afterSilence, silencesOf, silentMs } from '../../media/player/silence';
import { formatDuration } from '../../ui/format';
import { readSetting, writeSetting } from '../../ui/settings';
import { toasts } from '../../ui/toasts';
import type { Turn } from './turns';

/** Off until a person turns it on; kept for the next recording. */
const kName = 'reprise.skip-silence';

/** While it is on, the player skips stretches in which nobody is heard. */
export function useSkipSilence(engine: PlayerEngine, turns: readonly Turn[], lengthMs: number) {
  const [on, setOn] = useState(() => readSetting(kName) === '1');
  const silences = useMemo(() => silencesOf(turns, lengthMs), [turns, lengthMs]);
  useEffect(() => {
    if (!on) return;
    return engine.onFrame((ms) => {
      const { playing, loop } = engine.snapshot();
      if (!playing) return;
      const next = afterSilence(silences, ms, loop);
      if (next !== null) engine.seek(next);
    });
  }, [engine, silences, on]);
  const toggle = useCallback(() => {
    const next = readSetting(kName) !== '1';
    writeSetting(kName, next ? '1' : null);
    setOn(next);
    const skipped = silentMs(silences);
    if (!next) toasts.show('Silence is played.');
    else if (skipped === 0) toasts.show('Nobody is silent for more than a second here.');
    else toasts.show(`Skips ${formatDuration(skipped)} of ${formatDuration(lengthMs)}.`);
  }, [silences, lengthMs]);
  return { on, toggle };
}
