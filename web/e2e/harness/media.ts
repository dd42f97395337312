import { execFileSync } from 'node:child_process';

/** Both channels of a WebM file as s16 at 48 kHz, decoded by ffmpeg. */
export function decodeSound(path: string): { left: Int16Array; right: Int16Array } {
  const raw = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-map', '0:a:0', '-f', 's16le', '-ar', '48000', '-ac', '2', '-'],
    { maxBuffer: 1 << 30 },
  );
  const both = new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const left = new Int16Array(both.length / 2);
  const right = new Int16Array(both.length / 2);
  for (let i = 0; i < left.length; i++) {
    left[i] = both[2 * i] ?? 0;
    right[i] = both[2 * i + 1] ?? 0;
  }
  return { left, right };
}

export type Frame = {
  readonly atSeconds: number;
  /** The coded size: `640x480`. */
  readonly size: string;
  readonly mean: number;
};

/** Time, size and mean brightness of every picture, decoded by ffmpeg at 32 × 24. */
export function decodePictures(path: string): Frame[] {
  const heads = execFileSync(
    'ffprobe',
    [
      '-v',
      'error',
      '-select_streams',
      'v:0',
      '-show_entries',
      'frame=pts_time,width,height',
      '-of',
      'csv=p=0',
      path,
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  )
    .split('\n')
    .map((line) => line.split(','))
    .map(([time, width, height]) => ({
      atSeconds: Number.parseFloat(time ?? ''),
      size: `${width}x${height}`,
    }))
    .filter(({ atSeconds }) => Number.isFinite(atSeconds));
  const raw = execFileSync(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      path,
      '-map',
      '0:v:0',
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      '1:1000',
      '-vf',
      'scale=32:24,format=gray',
      '-f',
      'rawvideo',
      '-',
    ],
    { maxBuffer: 1 << 30 },
  );
  const size = 32 * 24;
  return heads.map((head, index) => {
    const frame = raw.subarray(index * size, (index + 1) * size);
    return { ...head, mean: frame.reduce((sum, value) => sum + value, 0) / size };
  });
}

/** SHA-256 of every coded picture, in order. */
export function pictureHashes(path: string): string[] {
  const text = execFileSync(
    'ffprobe',
    [
      ...['-v', 'error', '-select_streams', 'v:0', '-show_data_hash', 'sha256'],
      ...['-show_entries', 'packet=data_hash', '-of', 'csv=p=0', path],
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return [...text.matchAll(/SHA256:([0-9a-f]{64})/gi)].map(([, hash]) => hash ?? '');
}

/**
 * Stretches in which the signal is louder than `threshold` (RMS of 10 ms). Pauses of up to `pause` seconds do not
 * divide them.
 */
export function loudParts(
  signal: Int16Array,
  threshold = 300,
  pause = 0.4,
): { start: number; end: number }[] {
  const window = 480;
  const parts: { start: number; end: number }[] = [];
  for (let at = 0; at + window <= signal.length; at += window) {
    let sum = 0;
    for (let i = at; i < at + window; i++) sum += (signal[i] ?? 0) ** 2;
    if (Math.sqrt(sum / window) < threshold) continue;
    const start = at / 48000;
    const end = (at + window) / 48000;
    const last = parts.at(-1);
    if (last && start - last.end <= pause) last.end = end;
    else parts.push({ start, end });
  }
  return parts;
}

export function probe(path: string): {
  duration: number;
  streams: { codec_type: string; codec_name: string }[];
} {
  const text = execFileSync(
    'ffprobe',
    [
      '-v',
      'error',
      '-show_entries',
      'format=duration:stream=codec_type,codec_name',
      '-of',
      'json',
      path,
    ],
    { encoding: 'utf8' },
  );
  const { format, streams } = JSON.parse(text);
  return { duration: Number(format.duration), streams };
}
