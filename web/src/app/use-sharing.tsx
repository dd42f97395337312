import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { aboutQuery } from '../api/about';
import type { Shareable } from '../api/shares';
import { IssuerButtons } from '../features/account/issuer-buttons';
import { usePart } from '../ui/part';
import { PartFailed } from '../ui/part-failed';
import { shareDialog } from './share-part';

type Wanted = { readonly what: Shareable; readonly atMs: number | null };

/** Opens the dialog to share something. `share` is absent where this server shares nothing. */
export function useSharing(): {
  readonly share: ((what: Shareable, atMs?: number | null) => void) | undefined;
  readonly dialog: ReactNode;
} {
  const { data: about } = useQuery(aboutQuery);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const part = usePart(shareDialog, wanted !== null);
  const sharing = about?.sharing;
  if (sharing !== 'users' && sharing !== 'links') return { share: undefined, dialog: null };
  const share = (what: Shareable, atMs: number | null = null) => setWanted({ what, atMs });
  const close = () => setWanted(null);
  if (wanted === null) return { share, dialog: null };
  if (part.kind === 'failed') {
    return { share, dialog: <PartFailed title="Share" onRetry={part.retry} onClose={close} /> };
  }
  if (part.kind !== 'loaded') return { share, dialog: null };
  const login = (
    <IssuerButtons path="/login/back" onOpen={(address) => window.open(address, '_blank')} />
  );
  const dialog = (
    <part.value.ShareDialog {...wanted} sharing={sharing} loginAgain={login} onClose={close} />
  );
  return { share, dialog };
}
