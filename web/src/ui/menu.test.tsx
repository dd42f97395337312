// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stubObservers } from './layout-for-test';
import { Menu, MenuChoice, MenuItem, MenuLink, MenuToggle } from './menu';
import { Popover } from './popover';

const chosen = vi.fn();
beforeEach(() => {
  chosen.mockClear();
  stubObservers();
  render(
    <>
      <button type="button">Elsewhere</button>
      <Menu trigger={<button type="button">More</button>}>
        <MenuItem onSelect={() => chosen('rename')}>Rename</MenuItem>
        <MenuLink href="#film">Download film</MenuLink>
        <MenuItem onSelect={() => chosen('delete')}>Delete</MenuItem>
        <MenuChoice
          label="Look"
          value="dark"
          options={[
            { value: 'dark', label: 'Dark' },
            { value: 'light', label: 'Light' },
          ]}
          onChange={chosen}
        />
        <MenuToggle checked onChange={chosen}>
          Keys
        </MenuToggle>
      </Menu>
    </>,
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const more = () => screen.getByRole('button', { name: 'More' });
const focused = () => document.activeElement?.textContent;
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });
const isOpen = () => {
  const open = screen.queryByRole('menu') !== null;
  expect(more().getAttribute('aria-expanded')).toBe(String(open));
  return open;
};
const openByKey = () => {
  more().focus();
  press('Enter');
};

test.each(['Enter', ' ', 'ArrowDown'])('%s opens it, with the focus on the first item', (key) => {
  more().focus();
  press(key);
  expect([isOpen(), focused()]).toEqual([true, 'Rename']);
});

test('a press of the pointer opens and closes it; no item is chosen yet', () => {
  fireEvent.click(more());
  expect([isOpen(), document.activeElement?.getAttribute('role')]).toEqual([true, 'menu']);
  press('ArrowDown');
  expect(focused()).toBe('Rename');
  fireEvent.click(more());
  expect(isOpen()).toBe(false);
});

test.each<[readonly string[], string]>([
  [['ArrowDown'], 'Download film'],
  [['End'], 'Keys'],
  [['End', 'ArrowDown'], 'Keys'],
  [['End', 'Home'], 'Rename'],
  [['ArrowUp'], 'Rename'],
  [['d'], 'Download film'],
  [['d', 'e'], 'Delete'],
  [['l'], 'Light'],
  [['x'], 'Rename'],
])('%j goes to %s', (keys, want) => {
  openByKey();
  keys.forEach(press);
  expect(focused()).toBe(want);
});

test.each(['Enter', ' '])('%j chooses; the menu is closed, the focus at its button', (key) => {
  openByKey();
  press('ArrowDown');
  press('ArrowDown');
  press(key);
  expect(chosen).toHaveBeenCalledExactlyOnceWith('delete');
  expect([isOpen(), focused()]).toEqual([false, 'More']);
});

test('choices say which is chosen, and what was chosen instead', () => {
  openByKey();
  const checked = (name: string) =>
    screen.getByRole('menuitemradio', { name }).getAttribute('aria-checked');
  expect([checked('Dark'), checked('Light')]).toEqual(['true', 'false']);
  fireEvent.click(screen.getByRole('menuitemradio', { name: 'Light' }));
  openByKey();
  fireEvent.click(screen.getByRole('menuitemcheckbox', { name: 'Keys' }));
  expect(chosen.mock.calls).toEqual([['light'], [false]]);
});

test.each(['Escape', 'Tab'])('%s closes it; the focus is at its button', (key) => {
  openByKey();
  press(key);
  expect([isOpen(), focused()]).toEqual([false, 'More']);
  expect(chosen).not.toHaveBeenCalled();
});

test('a press or the focus elsewhere closes it, and stays there', () => {
  const elsewhere = screen.getByRole('button', { name: 'Elsewhere' });
  openByKey();
  fireEvent.pointerDown(elsewhere);
  expect(isOpen()).toBe(false);
  openByKey();
  fireEvent.focusIn(elsewhere);
  expect(isOpen()).toBe(false);
});

test('a menu in a popover belongs to it: each Esc closes one', () => {
  cleanup();
  render(
    <Popover label="View" trigger={<button type="button">View</button>}>
      <Menu trigger={<button type="button">More</button>}>
        <MenuItem onSelect={() => chosen('one')}>One</MenuItem>
      </Menu>
    </Popover>,
  );
  fireEvent.click(screen.getByRole('button', { name: 'View' }));
  expect(focused()).toBe('More');
  openByKey();
  fireEvent.pointerDown(screen.getByRole('menuitem', { name: 'One' }));
  expect(screen.queryByRole('menu')).not.toBeNull();
  press('Escape');
  expect([screen.queryByRole('menu'), focused()]).toEqual([null, 'More']);
  expect(screen.queryByRole('dialog')).not.toBeNull();
  press('Escape');
  expect([screen.queryByRole('dialog'), focused()]).toEqual([null, 'View']);
});

const rendered = vi.fn();
const Counted = () => {
  rendered();
  return <button type="button">Row</button>;
};

test('a closed menu is rendered once: lists have one in each row', () => {
  render(
    <Menu trigger={<Counted />}>
      <MenuItem onSelect={() => {}}>Rename</MenuItem>
    </Menu>,
  );
  expect(rendered).toHaveBeenCalledOnce();
});
