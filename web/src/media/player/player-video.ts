let early: HTMLVideoElement | null = null;

function newVideo(url: string): HTMLVideoElement {
  const video = document.createElement('video');
  video.preload = 'auto';
  video.playsInline = true;
  // The server may send the browser to a bucket. Web Audio plays silence for what another origin did not allow.
  video.crossOrigin = 'anonymous';
  video.src = url;
  return video;
}

/** Begins to load the media before there is a page that shows them. */
export function loadEarly(url: string): void {
  early = newVideo(url);
}

/** The element that shows `url` and is in no document yet: the one that is loading already, otherwise a new one. */
export function takeVideo(url: string): HTMLVideoElement {
  const taken = early?.getAttribute('src') === url ? early : newVideo(url);
  early = null;
  return taken;
}
