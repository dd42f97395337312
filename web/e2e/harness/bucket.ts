import { pathToFileURL } from 'node:url';
import { root } from './paths';

/** What tests use of the strict stand-in for Google Cloud Storage. */
export type Bucket = {
  readonly url: string;
  /** The content of a key file that it accepts. */
  readonly account: object;
  readonly bucket: { readonly config: { cors?: object[] } };
  readonly asked: readonly { readonly path: string; readonly status: number }[];
  /** The next `times` requests that fit `on` are answered with this status. */
  fault(on: RegExp, what: { readonly status: number }, times?: number): void;
  stop(): Promise<void>;
};

/** Starts it. It is written in JavaScript, for the tests of the programs. */
export async function startBucket(): Promise<Bucket> {
  const file = pathToFileURL(`${root}tests/harness/gcs/fake.mjs`).href;
  const { FakeGcs } = (await import(file)) as { FakeGcs: { start(): Promise<Bucket> } };
  return FakeGcs.start();
}
