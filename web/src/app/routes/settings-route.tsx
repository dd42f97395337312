import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { meQuery } from '../../api/account';
import { SessionsList } from '../../features/account/sessions-list';
import { forgetSearches, recentSearches } from '../../features/search/recent-searches';
import { SettingsPage } from '../../features/settings/settings-page';
import { Button } from '../../ui/button';
import { Switch } from '../../ui/switch';
import { toasts } from '../../ui/toasts';
import { setSingleKeysOff, singleKeysOff } from '../../ui/use-shortcuts';
import { useAppContext } from '../app-context';
import { KeysList } from '../keys-list';
import { place } from '../place';
import { chooseTheme, storedTheme } from '../theme';
import { kThemes } from '../themes';

export function SettingsRoute() {
  const { engine, appVersion } = useAppContext();
  const { data: me } = useQuery(meQuery);
  return (
    <SettingsPage
      recovery={engine.recovery}
      place={place()}
      appVersion={appVersion}
      logins={me?.authenticated_by === 'session' ? <SessionsList /> : null}
      look={<Look />}
      keys={<Keys />}
      forget={<Forget />}
    />
  );
}

function Look() {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <fieldset className="settings__look">
      <legend className="visually-hidden">Look</legend>
      {kThemes.map(({ value, label }) => (
        <label key={value}>
          <input
            type="radio"
            name="theme"
            checked={theme === value}
            onChange={() => {
              chooseTheme(value);
              setTheme(value);
            }}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

function Keys() {
  const [off, setOff] = useState(singleKeysOff);
  return (
    <>
      <Switch
        checked={!off}
        onChange={(on) => {
          setSingleKeysOff(!on);
          setOff(!on);
        }}
      >
        Single-letter keys
      </Switch>
      <KeysList level={3} />
    </>
  );
}

function Forget() {
  const [count, setCount] = useState(() => recentSearches().length);
  if (count === 0) return null;
  return (
    <Button
      onClick={() => {
        forgetSearches();
        setCount(0);
        toasts.show('Recent searches were deleted.');
      }}
    >
      Forget recent searches
    </Button>
  );
}
