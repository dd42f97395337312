import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Download, Ellipsis, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { sentenceOf } from '../../api/api-error';
import { interactions } from '../../api/interactions';
import { importTasks, kTaskTable, type TasksImported, taskListsKey } from '../../api/tasks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem, MenuLink } from '../../ui/menu';
import { toasts } from '../../ui/toasts';

/** Tasks as a table for spreadsheets, both ways. */
export function TableMenu() {
  const queries = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const load = useMutation({
    mutationFn: async (file: File) => importTasks(await file.arrayBuffer()),
    onSuccess: (sum) => {
      interactions.add('task', { what: 'imported' });
      toasts.show(importedWords(sum));
      return queries.invalidateQueries({ queryKey: taskListsKey });
    },
    onError: setFailure,
  });
  return (
    <>
      <input
        ref={field}
        type="file"
        accept=".csv,text/csv"
        className="visually-hidden"
        aria-label="Table of tasks"
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) load.mutate(file);
          currentTarget.value = '';
        }}
      />
      <Menu trigger={<IconButton label="More for tasks" icon={<Ellipsis />} />}>
        <MenuLink href={kTaskTable} download icon={<Download />}>
          Download as table (CSV)
        </MenuLink>
        <MenuItem icon={<Upload />} onSelect={() => field.current?.click()}>
          Make tasks of a table (CSV)
        </MenuItem>
      </Menu>
      {failure ? (
        <WrongTable sentence={sentenceOf(failure)} onClose={() => setFailure(null)} />
      ) : null}
    </>
  );
}

/** "3 tasks were made. 1 was there already." */
function importedWords({ imported, known }: TasksImported): string {
  const made = `${imported} ${imported === 1 ? 'task was' : 'tasks were'} made.`;
  if (known === 0) return made;
  return `${made} ${known} ${known === 1 ? 'was' : 'were'} there already.`;
}

/** Why a table was not taken: each wrong line of it. */
function WrongTable({ sentence, onClose }: { sentence: string; onClose: () => void }) {
  const [first, ...lines] = sentence.split('\n');
  return (
    <Dialog
      title="No task was made"
      width="narrow"
      onClose={onClose}
      foot={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <p>{first}</p>
      {lines.length > 0 ? (
        <ul className="tasks__wrong">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      ) : null}
    </Dialog>
  );
}
