import type { PlayerEngine } from '../../media/player/player-engine';
import './muted-veil.css';
import { usePlayer } from './use-player';

/** Removes the colour from the half of a muted speaker. */
export function MutedVeil({ engine }: { readonly engine: PlayerEngine }) {
  const person = usePlayer(engine, (state) => state.muted.person);
  const model = usePlayer(engine, (state) => state.muted.model);
  return (
    <>
      {person ? <span className="muted-veil muted-veil--person" aria-hidden /> : null}
      {model ? <span className="muted-veil muted-veil--model" aria-hidden /> : null}
    </>
  );
}
