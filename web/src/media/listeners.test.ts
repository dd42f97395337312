import { describe, expect, it, vi } from 'vitest';
import { Listeners } from './listeners';

describe('Listeners', () => {
  it('tells those who listen, and those who left no more', () => {
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

  it('may change while it tells', () => {
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
