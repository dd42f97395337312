/** Reads server-sent events (WHATWG HTML 9.2.6), whatever pieces they come in. Pure. */

export type ServerEvent = {
  /** The number of the event; empty when the server gave none. */
  readonly id: string;
  readonly name: string;
  readonly data: string;
};

export class EventReader {
  private rest = '';
  private id = '';
  private name = '';
  private data: string[] = [];
  /** When the server wants to be asked again; null: it did not say. */
  retryMs: number | null = null;

  /** The events that are complete with this text. */
  take(text: string): readonly ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') this.end(events);
      else this.field(line);
    }
    return events;
  }

  private end(events: ServerEvent[]): void {
    if (this.data.length > 0) {
      events.push({ id: this.id, name: this.name || 'message', data: this.data.join('\n') });
    }
    this.data = [];
    this.name = '';
  }

  private field(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.data.push(value);
    if (name === 'event') this.name = value;
    if (name === 'id' && !value.includes('\0')) this.id = value;
    if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }
}
