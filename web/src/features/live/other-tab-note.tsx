import { AppWindow } from 'lucide-react';
import { Note } from '../../ui/note';

/** Only one tab of a browser can be live. This is said before anybody presses Start live. */
export const OtherTabNote = () => (
  <Note
    icon={<AppWindow aria-hidden />}
    announce="status"
    title="A session is live in another tab."
  >
    Hang up there, or go to that tab. Until then none can be started here.
  </Note>
);
