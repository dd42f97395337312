import { createContext, useContext } from 'react';

export type LiveControls = {
  /** Opens the start dialog; with null the chat is made when the session starts. */
  readonly openStart: (chatId: string | null) => void;
  /** Another tab of this browser is live: only one can be. */
  readonly elsewhere: boolean;
  /** The live session that this tab is still saving after hanging up, with the seconds that wait. */
  readonly saving: { readonly liveSessionId: string; readonly waitingSeconds: number } | null;
  /** Recordings whose rest lies in this browser's journal, with the part that is sent (0 to 1). */
  readonly sending: ReadonlyMap<string, number>;
  /** The live session whose Play session button takes focus; set by hanging up. */
  readonly focusPlayOf: string | null;
  /** Call when it has focus. */
  readonly playFocused: () => void;
};

export const LiveContext = createContext<LiveControls | null>(null);

export function useLive(): LiveControls {
  const controls = useContext(LiveContext);
  if (!controls) throw new Error('useLive needs a LiveProvider above it');
  return controls;
}
