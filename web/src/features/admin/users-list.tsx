import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { meQuery } from '../../api/account';
import { sentenceOf } from '../../api/api-error';
import type { User } from '../../api/users';
import { FailedPanel } from '../../ui/failed-panel';
import { MoreRows } from '../../ui/more-rows';
import { useRouter } from '../../ui/router/router-context';
import '../../ui/rows.css';
import { Skeleton } from '../../ui/skeleton';
import { TextField } from '../../ui/text-field';
import { toasts } from '../../ui/toasts';
import { DisableDialog } from './disable-dialog';
import { HandOverDialog } from './hand-over-dialog';
import { HoldDialog } from './hold-dialog';
import { personName } from './person-words';
import { RolesDialog } from './roles-dialog';
import { useChangeUser } from './use-change-user';
import { useSettled } from './use-settled';
import { useUsers } from './use-users';
import { type UserAct, UserRow } from './user-row';

type Opened = { readonly act: Exclude<UserAct, 'log' | 'enable'>; readonly user: User };

/** Everybody with an account, with a search, and the dialogs that change them. */
export function UsersList() {
  const router = useRouter();
  const { data: me } = useQuery(meQuery);
  const [typed, setTyped] = useState('');
  const [opened, setOpened] = useState<Opened | null>(null);
  const list = useUsers(useSettled(typed));
  const change = useChangeUser();
  const act = (wanted: UserAct, user: User) => {
    if (wanted === 'log') return router.go(`/admin/audit?actor=${user.id}`);
    if (wanted !== 'enable') return setOpened({ act: wanted, user });
    change.mutate(
      { id: user.id, change: { state: 'active' } },
      {
        onSuccess: () => toasts.show(`${personName(user)} can log in again.`),
        onError: (error) =>
          toasts.show(`Nothing was changed. ${sentenceOf(error)}`, { tone: 'error' }),
      },
    );
  };
  const close = () => setOpened(null);
  const own = (user: User) => user.id === me?.id;
  const now = new Date();
  return (
    <>
      <div className="form">
        <TextField
          label="Find by name or e-mail"
          type="search"
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      {list.error && !list.users ? (
        <FailedPanel
          title="The users could not be listed"
          error={list.error}
          onRetry={() => void list.refetch()}
        />
      ) : null}
      {!list.users && !list.error ? <Skeleton height="120px" /> : null}
      {list.users?.length === 0 ? <p role="status">Nobody fits. Try part of the name.</p> : null}
      {list.users && list.users.length > 0 ? (
        <ul className="rows" aria-label="Users">
          {list.users.map((user) => (
            <UserRow key={user.id} user={user} own={own(user)} now={now} onAct={act} />
          ))}
        </ul>
      ) : null}
      <MoreRows
        hasMore={list.hasNextPage}
        loading={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      >
        Show more users
      </MoreRows>
      {opened?.act === 'roles' ? (
        <RolesDialog user={opened.user} own={own(opened.user)} onClose={close} />
      ) : null}
      {opened?.act === 'hold' ? <HoldDialog user={opened.user} onClose={close} /> : null}
      {opened?.act === 'disable' ? <DisableDialog user={opened.user} onClose={close} /> : null}
      {opened?.act === 'hand-over' ? <HandOverDialog user={opened.user} onClose={close} /> : null}
    </>
  );
}
