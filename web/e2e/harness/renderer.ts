import { readdirSync, readFileSync } from 'node:fs';

const read = (path: string) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has ended meanwhile
  }
};

/** Kills every renderer of the browser that uses `profile`, as the system does when memory runs out. */
export function killRenderers(profile: string): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      command: read(`/proc/${name}/cmdline`).split('\0'),
      parent: Number(
        read(`/proc/${name}/stat`)
          .replace(/^.*\) . /s, '')
          .split(' ')[0],
      ),
    }));
  const ours = new Set(
    processes
      .filter(({ command }) => command.some((word) => word === `--user-data-dir=${profile}`))
      .map(({ pid }) => pid),
  );
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of processes) {
      if (!ours.has(pid) && ours.has(parent)) {
        ours.add(pid);
        grown = true;
      }
    }
  }
  const renderers = processes.filter(
    // A process that was forked by the zygote has its whole command line in one word.
    ({ pid, command }) => ours.has(pid) && command.join(' ').includes(' --type=renderer '),
  );
  for (const { pid } of renderers) process.kill(pid, 'SIGKILL');
  return renderers.length;
}
