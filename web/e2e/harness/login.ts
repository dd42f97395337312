import { rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type Devices, launch } from './browser';
import type { App } from './in-app';
import { root } from './paths';
import { startStack } from './servers';

/** What tests use of an issuer. They are written in JavaScript, for the tests of the programs. */
export type Peer = {
  readonly issuer: string;
  readonly secret: string;
};
export type Dex = Peer & {
  stop(): Promise<void>;
  resume(): Promise<void>;
  remove(): Promise<void>;
};
export type SecondProvider = Peer & { stop(): Promise<void> };

type PeerOptions = {
  readonly redirectUris: readonly string[];
  readonly logoutUris: readonly string[];
  readonly people: readonly string[];
};
const harness = <T>(file: string) =>
  import(pathToFileURL(`${root}tests/harness/${file}`).href) as Promise<T>;
type DexModule = {
  readonly Dex: { start(options: PeerOptions): Promise<Dex> };
  readonly PASSWORD: string;
};
type SecondModule = {
  readonly SecondProvider: { start(options: PeerOptions): Promise<SecondProvider> };
};
type FileModule = {
  writeOidcFile(settings: { publicUrl: string; issuers: readonly object[] }): {
    file: string;
    folder: string;
  };
};

export type LoginApp = App & {
  /** The app's own address. */
  readonly url: string;
  readonly password: string;
  readonly dex: Dex;
  readonly second: SecondProvider;
};

const NO_DEVICES: Devices = { microphone: null, camera: null };

/**
 * Runs `flow` with a server at which `anna` and `ben` log in, by Dex (id `dex`, "Dex") or by a second provider (id `second`,
 * "Second provider").
 */
export async function withLogin(flow: (app: LoginApp) => Promise<void>): Promise<void> {
  const [{ freePort }, { Dex, PASSWORD }, { SecondProvider }, { writeOidcFile }] =
    await Promise.all([
      harness<{ freePort(): Promise<number> }>('nginx.mjs'),
      harness<DexModule>('dex.mjs'),
      harness<SecondModule>('second-provider.mjs'),
      harness<FileModule>('oidc-file.mjs'),
    ]);
  const listen = `localhost:${await freePort()}`;
  const url = `http://${listen}`;
  const options = (id: string) => ({
    redirectUris: [`${url}/api/auth/${id}/callback`],
    logoutUris: [`${url}/login`],
    people: ['anna', 'ben'],
  });
  const dex = await Dex.start(options('dex'));
  const second = await SecondProvider.start(options('second'));
  const { file, folder } = writeOidcFile({
    publicUrl: url,
    issuers: [
      { id: 'dex', peer: dex },
      { id: 'second', name: 'Second provider', peer: second },
    ],
  });
  const stack = await startStack({
    listen,
    serverArgs: ['--oidc-file', file, '--sharing', 'links'],
  });
  const { context, profile } = await launch(NO_DEVICES);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await flow({ page, context, stack, url, password: PASSWORD, dex, second });
  } finally {
    await context.close();
    await stack.stop();
    await dex.remove();
    await second.stop();
    await rm(folder, { recursive: true, force: true });
    await rm(profile, { recursive: true, force: true });
  }
}
