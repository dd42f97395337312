import { useNavigate } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { Button } from '../ui/button';
import { Panel } from '../ui/panel';

/** The page for an address that does not exist. */
export function NotFound() {
  const navigate = useNavigate();
  return (
    <div className="shell__panel">
      <Panel
        level={1}
        icon={<SearchX aria-hidden />}
        title="Nothing here"
        actions={
          <Button variant="primary" onClick={() => navigate({ to: '/' })}>
            Back to chats
          </Button>
        }
      >
        This chat or recording was deleted, or it never existed.
      </Panel>
    </div>
  );
}
