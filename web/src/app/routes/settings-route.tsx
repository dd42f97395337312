import { useState } from 'react';
import { browserAsksForPrivacy, kLogOffSetting } from '../../api/interactions';
import { forgetSearches, recentSearches } from '../../features/search/recent-searches';
import { SettingsPage } from '../../features/settings/settings-page';
import { Button } from '../../ui/button';
import { setTellsHistory, tellsHistory } from '../../ui/live-history-setting';
import { readSetting, writeSetting } from '../../ui/settings';
import { Switch } from '../../ui/switch';
import { toasts } from '../../ui/toasts';
import { setSingleKeysOff, singleKeysOff } from '../../ui/use-shortcuts';
import { useAppContext } from '../app-context';
import { KeysList } from '../keys-list';
import { chooseTheme, storedTheme } from '../theme';
import { kThemes } from '../themes';
import { usePlace } from '../use-place';

export function SettingsRoute() {
  const { engine, appVersion } = useAppContext();
  return (
    <SettingsPage
      recovery={engine.recovery}
      place={usePlace()}
      appVersion={appVersion}
      look={<Look />}
      keys={<Keys />}
      forget={<Forget />}
      log={<LogChoice />}
      live={<LiveChoice />}
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

function LiveChoice() {
  const [on, setOn] = useState(tellsHistory);
  return (
    <Switch
      checked={on}
      onChange={(tells) => {
        setTellsHistory(tells);
        setOn(tells);
      }}
    >
      Tell the model first what was written and said before in the chat. The start dialog shows it,
      and you can choose otherwise there.
    </Switch>
  );
}

function LogChoice() {
  const [off, setOff] = useState(() => readSetting(kLogOffSetting) === 'off');
  return (
    <>
      <Switch
        checked={!off && !browserAsksForPrivacy()}
        onChange={(on) => {
          writeSetting(kLogOffSetting, on ? null : 'off');
          setOff(!on);
        }}
      >
        Log what I do
      </Switch>
      <p>
        Presses and numbers, such as “muted” or “3 hits”, for your own{' '}
        <a href="/analytics">analytics</a>. Never what you say, type or show.
        {browserAsksForPrivacy()
          ? ' Your browser asks not to be followed, so nothing is logged.'
          : ''}
      </p>
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
