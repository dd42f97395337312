import { LogIn } from 'lucide-react';
import { Button } from '../ui/button';
import { Note } from '../ui/note';

/** Says that the login has ended, after its dialog was closed. */
export const LoginNote = ({ onAsk }: { readonly onAsk: () => void }) => (
  <Note
    icon={<LogIn aria-hidden />}
    tone="error"
    announce="status"
    title="Your login has ended."
    actions={
      <Button size="small" onClick={onAsk}>
        Log in again
      </Button>
    }
  >
    What you see may be old, and nothing is saved until then.
  </Note>
);
