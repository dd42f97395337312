import { on, type Row } from './recording';

/** Page time in ms at which a context frame was rendered. */
export type RenderMap = (contextFrame: number) => number;

/** Anchors after a frame that tell when it was rendered; there are four a second. At the end the last ones tell it. */
const kAnchors = { most: 20, least: 4 };

/**
 * From the `render` anchors. `currentTime` is late by up to one buffer, so the anchor that gives the earliest page time
 * (moved to one frame) is nearest to the truth. Only those after the frame count: whenever the machine cannot render in
 * time, frames fall behind the page's clock for good, and an earlier anchor would give a time before that.
 */
export function renderMap(rows: readonly Row[]): RenderMap {
  const anchors = on(rows, '/clock')
    .filter(({ value }) => value.kind === 'render')
    .map(({ value }) => ({
      frame: value.context_frame,
      offset: value.page_us / 1000 - value.context_frame / 48,
    }));
  const lastFirst = Math.max(0, anchors.length - kAnchors.least);
  const offsets = anchors.map((_, n) => {
    const first = Math.min(n, lastFirst);
    return Math.min(...anchors.slice(first, first + kAnchors.most).map(({ offset }) => offset));
  });
  return (contextFrame) => {
    const next = anchors.findIndex(({ frame }) => frame >= contextFrame);
    return contextFrame / 48 + (offsets.at(next) ?? 0);
  };
}

/** Page time in ms at which a context frame left the device, from the `output` anchors. */
export function outputMap(rows: readonly Row[]): RenderMap {
  const anchors = on(rows, '/clock')
    .filter(({ value }) => value.kind === 'output')
    .map(({ value }) => ({ frame: value.context_frame, at: value.page_us / 1000 }));
  return (contextFrame) => {
    const nearest = anchors.reduce((best, anchor) =>
      Math.abs(anchor.frame - contextFrame) < Math.abs(best.frame - contextFrame) ? anchor : best,
    );
    return nearest.at + (contextFrame - nearest.frame) / 48;
  };
}

/**
 * For each block that was sent at once: the time from the capture of its first sample to its frame on the socket, ms.
 */
export function micToSocket(rows: readonly Row[], map: RenderMap): number[] {
  const ready = on(rows, '/events')
    .filter(({ value }) => value.kind === 'setup_complete')
    .map(({ logTimeUs }) => logTimeUs / 1000);
  return on(rows, '/wire/tx').flatMap(({ value, logTimeUs }) => {
    const first = value.audio?.first_sample;
    if (first === undefined) return [];
    const [sentMs, saidMs] = [logTimeUs / 1000, map(3 * first)];
    // Sound that waited for the socket to be ready is left out.
    const kept = ready.some((readyMs) => saidMs < readyMs && readyMs <= sentMs);
    return kept ? [] : [sentMs - saidMs];
  });
}

/**
 * For each model turn that was heard: the time from the message with its first sound to its first sample at the place
 * that `map` stands for, ms.
 */
export function messageToAudible(rows: readonly Row[], map: RenderMap): number[] {
  const playout = on(rows, '/playout').map(({ value }) => value);
  return playout
    .filter(({ kind }) => kind === 'item')
    .flatMap(({ item, page_us }) => {
      const span = playout.find((row) => row.kind === 'span' && row.item === item);
      return span ? [map(span.context_frame) - page_us / 1000] : [];
    });
}

/**
 * For each flush that cut something: the time from the `interrupted` message to the last faded sample at the place that
 * `map` stands for, ms.
 */
export function interruptToSilence(rows: readonly Row[], map: RenderMap): number[] {
  const messages = on(rows, '/wire/rx').filter(({ value }) => value.text.includes('interrupted'));
  return on(rows, '/playout')
    .filter(({ value }) => value.kind === 'flush' && value.dropped_samples > 0)
    .flatMap(({ value, logTimeUs }) => {
      const message = messages.findLast((one) => one.logTimeUs <= logTimeUs);
      return message ? [map(value.context_frame) - message.logTimeUs / 1000] : [];
    });
}
