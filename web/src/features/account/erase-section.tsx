import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { aboutQuery } from '../../api/about';
import type { Me } from '../../api/account';
import { eraseAccount } from '../../api/account-data';
import { removeJournalsOf } from '../../media/journal/remove-journals';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { FailedSentence } from '../../ui/failed-sentence';
import { formatBytes, formatCount } from '../../ui/format';
import { TextField } from '../../ui/text-field';
import { useIsFresh } from './fresh-login';
import { loginNews } from './login-news';

/** What has to be typed by whom the issuer gives neither an address nor a name, and by the local user. */
const kUsualPhrase = 'erase';

/** What the person types so that it is not done by mistake. Pure. */
export const phraseOf = ({ email, name, authenticated_by }: Me): string =>
  authenticated_by === 'local_user' ? kUsualPhrase : email || name || kUsualPhrase;

/** The end of the account. */
export function EraseSection({ me }: { readonly me: Me }) {
  const fresh = useIsFresh(me);
  const [open, setOpen] = useState(false);
  const local = me.authenticated_by === 'local_user';
  return (
    <>
      <p>
        {local
          ? 'Everything that is stored here is erased for good.'
          : 'Your account and everything of it are erased for good. Make an export first if you want to keep anything.'}
      </p>
      {fresh ? (
        <Button variant="line" onClick={() => setOpen(true)}>
          {local ? 'Erase everything…' : 'Erase my account…'}
        </Button>
      ) : (
        <p>It needs a login of the last ten minutes, too: log in once more above.</p>
      )}
      {open ? <EraseDialog me={me} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

type DialogProps = { readonly me: Me; readonly onClose: () => void };

/** Says what goes and what stays, and has the person type their address. */
function EraseDialog({ me, onClose }: DialogProps) {
  const { data: about } = useQuery(aboutQuery);
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const phrase = phraseOf(me);
  const local = me.authenticated_by === 'local_user';
  const erase = useMutation({
    mutationFn: eraseAccount,
    onSuccess: async () => {
      await removeJournalsOf(me.id);
      loginNews.tell('left');
      location.replace(local ? '/' : '/login');
    },
  });
  const send = () => {
    const fits = typed.trim() === phrase;
    setWrong(!fits);
    if (fits) erase.mutate();
  };
  return (
    <Dialog
      width="narrow"
      title={local ? 'Erase everything?' : 'Erase your account?'}
      description="This cannot be undone, by nobody."
      onClose={onClose}
      foot={
        <div className="dialog__acts">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="stop" loading={erase.isPending} onClick={send}>
            {local ? 'Erase everything' : 'Erase my account'}
          </Button>
        </div>
      }
    >
      <div className="form">
        <div>
          <h3>What goes</h3>
          <ul className="erase__points">
            <li>{recordingsWords(about?.storage)}</li>
            <li>All chats, with what was said and shown, and all bookmarks</li>
            <li>Exports, API tokens and logins, in every browser</li>
            {local ? null : <li>Your name and your e-mail address</li>}
            <li>What this browser still keeps of your recordings</li>
          </ul>
        </div>
        <div>
          <h3>What stays</h3>
          <ul className="erase__points">
            <li>
              In the audit log, that something was done and when: with ids, without names and
              content
            </li>
            <li>A mark for each erased recording, so that nothing brings it back</li>
            <li>Copies in backups, until these are removed by their age</li>
            <li>What you have downloaded, or handed over to somebody else</li>
          </ul>
        </div>
        <TextField
          label={`Type ${phrase} to confirm`}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          error={wrong ? `That is not “${phrase}”.` : null}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setWrong(false);
          }}
        />
        <FailedSentence error={erase.error}>Nothing was erased.</FailedSentence>
      </div>
    </Dialog>
  );
}

type Storage = { readonly recordings: number; readonly used_bytes: number };

function recordingsWords(storage: Storage | undefined): string {
  if (!storage) return 'All recordings, and everything made from them';
  const { recordings, used_bytes } = storage;
  if (recordings === 0) return 'No recordings: you have none';
  const count = `${formatCount(recordings)} ${recordings === 1 ? 'recording' : 'recordings'}`;
  return `${count} (${formatBytes(used_bytes)}), and everything made from them`;
}
