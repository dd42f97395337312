import { useQuery } from '@tanstack/react-query';
import { Link2, Lock, Users } from 'lucide-react';
import { aboutQuery } from '../../api/about';
import { type Shareable, sharesQuery } from '../../api/shares';
import { Button } from '../../ui/button';
import { audience, sharesAt } from '../../ui/share-words';
import './sharing.css';

type Props = { readonly what: Shareable; readonly onOpen: () => void };

/** Says who can see it and opens the dialog to share it. Nothing where this server shares nothing. */
export function ShareButton({ what, onOpen }: Props) {
  const { data: about } = useQuery(aboutQuery);
  const on = about?.sharing === 'users' || about?.sharing === 'links';
  const { data: shares } = useQuery({ ...sharesQuery(what), enabled: on });
  if (!on || !shares) return null;
  const now = new Date();
  const words = audience(shares, now);
  const active = sharesAt(shares, now);
  const byLink = active.some(({ kind }) => kind === 'link');
  return (
    <Button
      className="sharing__button"
      icon={
        byLink ? (
          <Link2 aria-hidden />
        ) : active.length > 0 ? (
          <Users aria-hidden />
        ) : (
          <Lock aria-hidden />
        )
      }
      aria-label={`Share. Who can see it: ${words}`}
      title={`Share. Who can see it: ${words}`}
      onClick={onOpen}
    >
      <span>{words}</span>
    </Button>
  );
}
