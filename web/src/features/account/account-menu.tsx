import { useQuery } from '@tanstack/react-query';
import { CircleUserRound } from 'lucide-react';
import { logOut, meQuery } from '../../api/account';
import { ApiError, sentenceOf } from '../../api/api-error';
import { isolated } from '../../media/text';
import { IconButton } from '../../ui/icon-button';
import { Menu, MenuItem, MenuRule } from '../../ui/menu';
import { useRouter } from '../../ui/router/router-context';
import { toasts } from '../../ui/toasts';
import './account.css';
import { loginNews } from './login-news';

/** The pages of the account. What is for admins is told to them only; the server refuses it to others anyway. */
const kPlaces = [
  { to: '/account', label: 'Your account', admin: false },
  { to: '/account/tokens', label: 'API tokens', admin: false },
  { to: '/admin/users', label: 'Users', admin: true },
  { to: '/admin/audit', label: 'Audit log', admin: true },
] as const;

/** Who is logged in, the pages of the account, and the way out. Nothing for the local user, who has no login. */
export function AccountMenu() {
  const { data: me } = useQuery(meQuery);
  const router = useRouter();
  if (me?.authenticated_by !== 'session') return null;
  return (
    <Menu trigger={<IconButton label="Account" tooltipSide="top" icon={<CircleUserRound />} />}>
      <div className="menu__label">{isolated(me.name || me.email)}</div>
      {me.name && me.email ? <div className="menu__label">{isolated(me.email)}</div> : null}
      <MenuRule />
      {kPlaces
        .filter(({ admin }) => !admin || me.roles.includes('admin'))
        .map(({ to, label }) => (
          <MenuItem key={to} onSelect={() => router.go(to)}>
            {label}
          </MenuItem>
        ))}
      <MenuRule />
      <MenuItem onSelect={() => void leave()}>Log out</MenuItem>
    </Menu>
  );
}

async function leave(): Promise<void> {
  try {
    leaveFor(await logOut());
  } catch (error) {
    // The login had ended already.
    if (error instanceof ApiError && error.status === 401) return leaveFor('/login');
    toasts.show(`You are still logged in. ${sentenceOf(error)}`, { tone: 'error' });
  }
}

function leaveFor(next: string): void {
  loginNews.tell('left');
  try {
    sessionStorage.clear(); // what was typed and not sent
  } catch {} // it holds nothing where it is forbidden
  // Back must not show what was here.
  location.replace(next);
}
