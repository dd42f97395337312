import { useQuery } from '@tanstack/react-query';
import { Settings2 } from 'lucide-react';
import { useState } from 'react';
import { type About, aboutQuery } from '../api/about';
import { AccountMenu } from '../features/account/account-menu';
import { formatBytes } from '../ui/format';
import { IconButton } from '../ui/icon-button';
import { Menu, MenuChoice, MenuItem, MenuRule, MenuToggle } from '../ui/menu';
import { useRouter } from '../ui/router/router-context';
import { setSingleKeysOff, singleKeysOff } from '../ui/use-shortcuts';
import { chooseTheme, storedTheme } from './theme';
import { kThemes } from './themes';
import { kThisComputer, usePlace } from './use-place';
import { useServerAnswers } from './use-server-answers';

const answerer = (about: About) => (about.answers === 'emulator' ? 'Emulator' : 'Google');
/** From here on whole gigabytes are said: the line is short. */
const kWholeFrom = 10e9;
/** Empty for a bucket, which does not fill up. */
function room({ storage: { free_bytes } }: About): string {
  if (free_bytes === null) return '';
  const said = free_bytes < kWholeFrom ? free_bytes : Math.floor(free_bytes / 1e9) * 1e9;
  return `${formatBytes(said)} free`;
}
const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** Where the data is stored, how much storage is left, and the settings of this browser. */
export function SidebarFoot({ onShowKeys }: { readonly onShowKeys: () => void }) {
  const { data: about } = useQuery(aboutQuery);
  const answers = useServerAnswers();
  const place = usePlace();
  const router = useRouter();
  const [theme, setTheme] = useState(storedTheme);
  const [keysOff, setKeysOff] = useState(singleKeysOff);
  return (
    <div className="sidebar__foot">
      <span className={answers ? (about ? 'dot dot--ok' : 'dot') : 'dot dot--error'} aria-hidden />
      <span className="sidebar__where">
        {place === kThisComputer ? capital(place) : place}
        <small>
          {answers
            ? about && [answerer(about), room(about)].filter(Boolean).join(' · ')
            : 'Does not answer'}
        </small>
      </span>
      <AccountMenu />
      <Menu trigger={<IconButton label="Settings" tooltipSide="top" icon={<Settings2 />} />}>
        <MenuChoice
          label="Look"
          value={theme}
          options={kThemes}
          onChange={(next) => {
            chooseTheme(next);
            setTheme(next);
          }}
        />
        <MenuRule />
        <MenuToggle
          checked={!keysOff}
          onChange={(on) => {
            setSingleKeysOff(!on);
            setKeysOff(!on);
          }}
        >
          Single-letter keys
        </MenuToggle>
        <MenuItem shortcut="?" onSelect={onShowKeys}>
          All keys
        </MenuItem>
        <MenuItem onSelect={() => router.go('/settings')}>All settings</MenuItem>
      </Menu>
    </div>
  );
}
