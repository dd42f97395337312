import { SearchX } from 'lucide-react';
import { Button } from '../ui/button';
import { Panel } from '../ui/panel';
import { useRouter } from '../ui/router/router-context';

/** The page for an address that does not exist. */
export function NotFound() {
  const router = useRouter();
  return (
    <div className="shell__panel">
      <Panel
        level={1}
        icon={<SearchX aria-hidden />}
        title="Nothing here"
        actions={
          <Button variant="primary" onClick={() => router.go('/')}>
            Back to chats
          </Button>
        }
      >
        This chat or recording was deleted, or it never existed.
      </Panel>
    </div>
  );
}
