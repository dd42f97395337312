import { useQuery } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { aboutQuery } from '../api/about';
import { Button } from '../ui/button';
import { Note } from '../ui/note';

/** Says that the server does not answer. */
export function ServerNote() {
  const about = useQuery(aboutQuery);
  return (
    <Note
      icon={<CircleAlert aria-hidden />}
      tone="error"
      announce="status"
      title="The server does not answer."
      actions={
        <Button size="small" loading={about.isFetching} onClick={() => about.refetch()}>
          Try now
        </Button>
      }
    >
      What you see may be old. We try again every few seconds.
    </Note>
  );
}
