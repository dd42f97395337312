import { describe, expect, it, vi } from 'vitest';
import { Listeners } from './listeners';

describe('Listeners', () => {
  it('calls every listener, until it is removed', () => {
    const listeners = new Listeners();
    const stays = vi.fn();
    const leaves = vi.fn();
    listeners.subscribe(stays);
    const leave = listeners.subscribe(leaves);
    listeners.tell();
    leave();
    listeners.tell();
    expect(stays).toHaveBeenCalledTimes(2);
    expect(leaves).toHaveBeenCalledTimes(1);
    listeners.clear();
    listeners.tell();
    expect(stays).toHaveBeenCalledTimes(2);
  });

  it('allows changes while the listeners are called', () => {
    const listeners = new Listeners();
    const late = vi.fn();
    const once = listeners.subscribe(() => {
      once();
      listeners.subscribe(late);
    });
    listeners.tell();
    expect(late).not.toHaveBeenCalled();
    listeners.tell();
    expect(late).toHaveBeenCalledTimes(1);
  });
});
