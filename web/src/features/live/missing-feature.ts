/** The first thing that a live session needs and this browser lacks, in words; null when all is there. */
export function missingFeature(scope: typeof globalThis): string | null {
  if (!scope.isSecureContext) return 'secure connection to this address';
  if (!scope.navigator.mediaDevices) return 'access to microphones';
  if (!('AudioWorkletNode' in scope)) return 'sound processing (AudioWorklet)';
  if (!('MediaStreamTrackProcessor' in scope))
    return 'access to raw pictures (MediaStreamTrackProcessor)';
  if (!('VideoEncoder' in scope)) return 'video encoder (WebCodecs)';
  if (!scope.navigator.storage?.getDirectory) return 'private file system';
  return null;
}
