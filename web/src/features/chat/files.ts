import { ApiError, sentenceOf } from '../../api/api-error';
import { removeUpload, type Sending, sendFile } from '../../api/uploads';
import { Listeners } from '../../media/listeners';

/** As many as one message may have. */
export const kFilesMax = 20;

export type ChosenFile = {
  readonly key: number;
  readonly file: File;
  /** Shows a picture, or plays a video or a sound, out of memory; null for other files. */
  readonly preview: string | null;
  /** How much was sent, 0 to 1. */
  readonly sent: number;
  readonly uploadId: string | null;
  /** Why it was not sent; null: it was, or is being sent. */
  readonly failed: string | null;
  /** It would be refused again. */
  readonly refused: boolean;
};

/** Of a kind that is not taken, or too large. */
const kRefused: ReadonlySet<number> = new Set([413, 415]);

/** Why a file was not sent, to whoever sees the file beside it. */
const whyNot = (error: unknown): Partial<ChosenFile> => ({
  failed: sentenceOf(error).replace(/^`file` /, 'This file '),
  refused: error instanceof ApiError && kRefused.has(error.status),
});

/** What browsers show or play out of memory. */
const hasPreview = (file: File) =>
  /^(image|video|audio)\//.test(file.type) && !/svg|hei[cf]/.test(file.type);

/** The files that a person has chosen for a message, and what has become of them. Outside of React. */
export class Files {
  private all: readonly ChosenFile[] = [];
  private readonly sendings = new Map<number, Sending>();
  private nextKey = 1;
  private readonly listeners = new Listeners();

  readonly subscribe = this.listeners.subscribe;
  /** The same array until something changes. */
  readonly list = (): readonly ChosenFile[] => this.all;

  /** Returns how many of them are too many. */
  add(files: Iterable<File>): number {
    const some = [...files];
    const fit = some.slice(0, Math.max(0, kFilesMax - this.all.length));
    for (const file of fit) {
      const preview = hasPreview(file) ? URL.createObjectURL(file) : null;
      const one = {
        key: this.nextKey++,
        file,
        preview,
        sent: 0,
        uploadId: null,
        failed: null,
        refused: false,
      };
      this.set([...this.all, one]);
      this.send(one);
    }
    return some.length - fit.length;
  }

  /** Also removes what the server has of it. */
  readonly remove = (key: number): void => {
    const one = this.all.find((file) => file.key === key);
    if (!one) return;
    this.sendings.get(key)?.cancel();
    this.sendings.delete(key);
    if (one.uploadId) {
      removeUpload(one.uploadId).catch(() => {
        // It is removed a day later.
      });
    }
    this.forget(one);
    this.set(this.all.filter((file) => file.key !== key));
  };

  readonly retry = (key: number): void => {
    const one = this.all.find((file) => file.key === key);
    if (!one?.failed) return;
    this.change(key, { failed: null, refused: false });
    this.send(one);
  };

  /** Moves it one place towards the front. */
  readonly moveForward = (key: number): void => {
    const at = this.all.findIndex((file) => file.key === key);
    const [one, before] = [this.all[at], this.all[at - 1]];
    if (!one || !before) return;
    this.set(this.all.with(at - 1, one).with(at, before));
  };

  /** They hang on a message now. */
  clear(): void {
    for (const one of this.all) this.forget(one);
    this.sendings.clear();
    this.set([]);
  }

  private send({ key, file }: ChosenFile): void {
    const sending = sendFile(
      file,
      (bytes) => this.change(key, { sent: bytes / (file.size || 1) }),
      this.sendings.get(key)?.place(),
    );
    this.sendings.set(key, sending);
    sending.done.then(
      (uploadId) => this.change(key, { uploadId, sent: 1 }),
      (error: unknown) => this.change(key, whyNot(error)),
    );
  }

  private change(key: number, what: Partial<ChosenFile>): void {
    this.set(this.all.map((file) => (file.key === key ? { ...file, ...what } : file)));
  }

  private forget({ preview }: ChosenFile): void {
    if (preview) URL.revokeObjectURL(preview);
  }

  private set(all: readonly ChosenFile[]): void {
    this.all = all;
    this.listeners.tell();
  }
}
