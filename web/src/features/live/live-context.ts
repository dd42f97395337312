import { createContext, useContext } from 'react';
import type { Task } from '../../api/tasks';

export type LiveControls = {
  /** Opens the start dialog. With null, the session creates its chat when it starts. */
  readonly openStart: (chatId: string | null, task?: Task) => void;
  /** Another tab of this browser is live, and only one can be. */
  readonly elsewhere: boolean;
  /** The live session that this tab is still saving after hanging up, and how many seconds wait. */
  readonly saving: { readonly liveSessionId: string; readonly waitingSeconds: number } | null;
  /** Recordings of which this browser's journal holds the rest, and which part of that has been sent (0 to 1). */
  readonly sending: ReadonlyMap<string, number>;
  /** The live session whose Play session button gets the focus; set by hanging up. */
  readonly focusPlayOf: string | null;
  /** Call it when the button has the focus. */
  readonly playFocused: () => void;
};

export const LiveContext = createContext<LiveControls | null>(null);

export function useLive(): LiveControls {
  const controls = useContext(LiveContext);
  if (!controls) throw new Error('useLive needs a LiveProvider above it');
  return controls;
}
