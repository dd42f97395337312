import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Foreign } from './chunk-server';

/** A name that is not localhost. The browser is told that it belongs to this machine. */
const PLAIN_HOST = 'reprise.test';
/** An argument for Chromium, so that it asks no name server for this name. */
export const PLAIN_HOST_ARGS = [`--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`];

export type Between = {
  /** The address of the server behind it, as localhost. */
  readonly url: string;
  /** The same by a name, for which browsers do not trust plain http. */
  readonly plainUrl: string;
  /** Answers some requests instead of the server; null: none. */
  foreign: Foreign | null;
  close(): Promise<void>;
};

/** Stands between browser and server like a proxy: passes requests on under the server's own name. */
export async function startBetween(serverUrl: string): Promise<Between> {
  const target = new URL(serverUrl);
  const server = createServer((incoming, outgoing) => {
    const method = incoming.method ?? 'GET';
    const foreign = between.foreign?.(method, incoming.url ?? '/');
    if (foreign) {
      incoming.resume();
      const type = foreign.type ? { 'Content-Type': foreign.type } : {};
      return void outgoing.writeHead(foreign.status, type).end(foreign.body);
    }
    const headers = { ...incoming.headers, host: target.host };
    if (headers.origin) headers.origin = target.origin;
    const { hostname: host, port } = target;
    const onward = request({ host, port, path: incoming.url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const between: Between = {
    url: `http://localhost:${port}`,
    plainUrl: `http://${PLAIN_HOST}:${port}`,
    foreign: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return between;
}
